import { describe, expect, it } from 'vitest';
import { HttpSyntaxError } from './http-request.ts';
import type { HttpRequest } from './http-request.ts';
import { RequestParser } from './request-parser.ts';

const stream = [
  '\r\nPOST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 5\r\n\r\nh\u00e9ll',
  'GET /health HTTP/1.0\r\n\r\n',
  'POST /c HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nt: 1\r\n\r\n',
].join('');

function parseAll(pieces: readonly Buffer[]): HttpRequest[] {
  const parser = new RequestParser();
  const requests: HttpRequest[] = [];
  for (const piece of pieces) {
    parser.push(piece);
    for (let request = parser.next(); request; request = parser.next()) requests.push(request);
  }
  expect(parser.pendingBytes).toBe(0);
  return requests;
}

describe('RequestParser', () => {
  const bytes = Buffer.from(stream);

  it('reads what is there', () => {
    const [first, second, third, ...rest] = parseAll([bytes]);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ method: 'POST', path: '/v1/chat/completions', closes: false });
    expect(first?.headers.get('x-a')).toBe('1, 2');
    expect(first?.body.toString()).toBe('héll');
    expect(second).toMatchObject({ method: 'GET', path: '/health', closes: true });
    expect(third).toMatchObject({ path: '/c', closes: true });
    expect(third?.body.toString()).toBe('abc0123456789');
  });

  it('reads the same however the bytes are cut in two, and one by one', () => {
    const whole = parseAll([bytes]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      expect(parseAll([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
    }
    expect(parseAll([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
  });

  it.each([
    'get / HTTP/1.1\r\n\r\n',
    'GET / HTTP/2.0\r\n\r\n',
    'GET / HTTP/1.1\r\nx y: 1\r\n\r\n',
    'GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
    'GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
    'GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n',
    'GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n',
  ])('refuses %j', (text) => {
    expect(() => parseAll([Buffer.from(text)])).toThrow(HttpSyntaxError);
  });
});
