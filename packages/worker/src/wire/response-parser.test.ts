import { describe, expect, it } from 'vitest';
import type { ParsedHead } from './response-head.ts';
import { HeadCache, ResponseParser } from './response-parser.ts';

function parse(text: string, cache = new HeadCache()) {
  const told: string[] = [];
  const heads: ParsedHead[] = [];
  const sink = {
    onHead(head: ParsedHead, atMs: number) {
      heads.push(head);
      told.push(`head ${head.statusCode} at ${atMs}`);
    },
    onBody(buffer: Buffer, start: number, end: number, atMs: number) {
      told.push(`${buffer.toString('latin1', start, end)} at ${atMs}`);
    },
  };
  const parser = new ResponseParser(sink, cache);
  const bytes = Buffer.from(text, 'latin1');
  const position = parser.take(bytes, 0, bytes.length, 7);
  return { parser, told, heads, position, length: bytes.length };
}

describe('ResponseParser', () => {
  it('tells head and body with the stamp of the read', () => {
    const { told, parser } = parse(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
    );
    expect(told).toEqual(['head 200 at 7', 'ab at 7', 'c at 7']);
    expect(parser.complete).toBe(true);
  });

  it('says where a response ended, so that bytes after it are seen', () => {
    const { position, length, parser } = parse('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nabxyz');
    expect([position, length, parser.complete]).toEqual([length - 3, length, true]);
  });

  it('takes 32 informational responses and no more', () => {
    const interim = 'HTTP/1.1 103 Early Hints\r\n\r\n';
    const final = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
    expect(parse(interim.repeat(32) + final).told).toEqual(['head 200 at 7']);
    expect(parse(interim.repeat(33) + final).parser.problem).toBe('more than 32 informational responses');
  });

  it('reads one response after another', () => {
    const cache = new HeadCache();
    const { parser, told } = parse('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na', cache);
    const heads: ParsedHead[] = [];
    parser.restart({ onHead: (head) => void heads.push(head), onBody: () => void told.push('second') });
    const next = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb');
    parser.take(next, 0, next.length, 8);
    expect([parser.complete, told]).toEqual([true, ['head 200 at 7', 'a at 7', 'second']]);
    // The same bytes: the same object.
    expect(heads[0]).toBe(cache.head);
  });

  it('does not take the head of another response for a cached one', () => {
    const cache = new HeadCache();
    parse('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na', cache);
    expect(parse('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab', cache).told).toEqual([
      'head 200 at 7',
      'ab at 7',
    ]);
    expect(parse('HTTP/1.1 201 OK\r\ncontent-length: 2\r\n\r\nab', cache).told).toEqual([
      'head 201 at 7',
      'ab at 7',
    ]);
  });

  it('tells nothing after stop, in the midst of a read', () => {
    const told: string[] = [];
    const sink = {
      onHead() {},
      onBody(buffer: Buffer, start: number, end: number) {
        told.push(buffer.toString('latin1', start, end));
        parser.stop();
      },
    };
    const parser = new ResponseParser(sink, new HeadCache());
    const bytes = Buffer.from(
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n',
    );
    parser.take(bytes, 0, bytes.length, 0);
    expect([told, parser.complete, parser.problem]).toEqual([['a'], false, undefined]);
  });

  it.each([
    ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', 'length', 5, true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n', 'length', 0, true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, CLOSE\r\n\r\n', 'length', 0, false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n', 'length', 5, false],
    ['HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 5\r\n\r\n', 'length', 5, true],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n', 'chunked', 0, true],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked, gzip\r\n\r\n', 'close', 0, false],
    ['HTTP/1.1 200 OK\r\n\r\n', 'close', 0, false],
    ['HTTP/1.1 204 No Content\r\n\r\n', 'none', 0, true],
    ['HTTP/1.1 204 No Content\r\ncontent-length: 3\r\n\r\n', 'none', 0, false],
    ['HTTP/1.1 304 Not Modified\r\ncontent-length: 3\r\n\r\n', 'none', 0, false],
  ])('frames %j', (text, framing, contentLength, keepAlive) => {
    expect(parse(text).heads).toEqual([expect.objectContaining({ framing, contentLength, keepAlive })]);
  });

  it('joins repeated headers and gives names in lower case, names of object members too', () => {
    const text =
      'HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:2  \r\n__proto__: x\r\nconstructor: y\r\ncontent-length: 0\r\n\r\n';
    const { headers } = parse(text).heads[0]!;
    expect(Object.entries(headers)).toEqual([
      ['x-a', '1, 2'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['content-length', '0'],
    ]);
    expect(headers['toString']).toBeUndefined();
  });

  it.each([
    ['timeout=5', 5000],
    ['max=100, timeout=10', 10_000],
    ['max=100', Number.POSITIVE_INFINITY],
  ])('reads keep-alive: %s', (value, keepAliveTimeoutMs) => {
    const { heads } = parse(`HTTP/1.1 204 OK\r\nkeep-alive: ${value}\r\n\r\n`);
    expect(heads).toEqual([expect.objectContaining({ keepAliveTimeoutMs })]);
  });

  it.each([
    ['HTTP/1.1 20 OK\r\n\r\n', 'the status line is malformed'],
    ['HTTP/3.0 200 OK\r\n\r\n', 'the status line is malformed'],
    ['HTTP/1.1 101 Switching\r\n\r\n', 'the server switched protocols'],
    ['HTTP/1.1 200 OK\r\nx y\r\n\r\n', 'a header line is malformed'],
    ['HTTP/1.1 200 OK\r\nx: y\r\n z\r\n\r\n', 'a header line is malformed'],
    ['HTTP/1.1 200 OK\nx: y\n\n', 'a header line ends without a carriage return'],
    [
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n',
      'the head has several content-lengths',
    ],
    ['HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n', 'the content-length is malformed'],
    ['HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n', 'the content-length is malformed'],
    [
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: x\r\n\r\n',
      'the head has both a content-length and a transfer-encoding',
    ],
    ['<html>', 'the response is not HTTP/1'],
    ['HTTP/1.1 103 Early Hints\r\n\r\n<html>', 'the response is not HTTP/1'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n', 'a chunk size is malformed'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffff\r\n', 'a chunk size is too large'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\rx', 'no line end after a chunk size'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc', 'no line end after a chunk'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1; a\r\n', 'a chunk extension is malformed'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx\r\n\r\n', 'a header line is malformed'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: y\n\r\n', 'a trailer line is malformed'],
    [
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\ncontent-length: 1\r\n\r\n',
      'the trailer has a content-length',
    ],
  ])('refuses %j', (text, problem) => {
    expect(parse(text).parser.problem).toBe(problem);
  });
});
