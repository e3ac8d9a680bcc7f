import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxEventBytes } from './response-limits.ts';
import { SseScanner } from './sse-scanner.ts';
import type { FrameReceiver } from './sse-scanner.ts';

/** Notes payloads; takes at a glance those that `glances` accepts and that hold no carriage return, as its contract asks. */
class Notes implements FrameReceiver {
  readonly list: string[] = [];
  readonly glances: (payload: string) => boolean;

  constructor(glances: (payload: string) => boolean = () => false) {
    this.glances = glances;
  }

  recognise(buffer: Buffer, start: number, end: number): boolean {
    const payload = buffer.toString('utf8', start, end);
    const takes = payload !== '' && !payload.includes('\r') && this.glances(payload);
    if (takes) this.list.push(payload);
    return takes;
  }

  frame(buffer: Buffer, start: number, end: number): void {
    this.list.push(buffer.toString('utf8', start, end));
  }

  unfinishedFrame(buffer: Buffer, start: number, end: number): void {
    this.list.push(`unfinished:${buffer.toString('utf8', start, end)}`);
  }

  tooLong(): void {
    this.list.push('too long');
  }
}

/** Scans pieces through one shared buffer that is spoilt after each read, stale line ends beyond the data included. */
function scan(pieces: readonly Uint8Array[], notes = new Notes()): string[] {
  const scanner = new SseScanner(notes);
  const shared = Buffer.alloc(Math.max(...pieces.map((piece) => piece.length), 1) + 8);
  for (const [index, piece] of pieces.entries()) {
    shared.fill(index % 2 === 0 ? '\n' : '\r');
    shared.set(piece, 3);
    scanner.write(shared, 3, 3 + piece.length);
  }
  shared.fill('\n');
  scanner.end();
  return notes.list;
}

/** The same by the letter of the standard, from the whole text at once. */
function byTheStandard(stream: string): string[] {
  const lines = stream.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const payloads: string[] = [];
  let data: string[] = [];
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const [, value] = /^data(?:: ?([^]*))?$/.exec(line) ?? ['', undefined];
    if (line === 'data' || value !== undefined) data.push(value ?? '');
    if (line !== '' && !isLast) continue;
    const payload = data.join('\n');
    if (payload !== '') payloads.push(isLast ? `unfinished:${payload}` : payload);
    data = [];
  }
  return payloads;
}

function cut(stream: Buffer, offsets: readonly number[]): Uint8Array[] {
  const bounds = [0, ...offsets, stream.length];
  return bounds.slice(1).map((bound, index) => stream.subarray(bounds[index], bound));
}

const streams: readonly (readonly [string, string, readonly string[]])[] = [
  ['LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
  ['mixed line ends', 'data: a\r\n\ndata: b\n\rdata: c\r\r\ndata: d\n\r\n', ['a', 'b', 'c', 'd']],
  ['no space', 'data:a\n\ndata:  b\n\n', ['a', ' b']],
  ['several lines', 'data: a\ndata:b\ndata\ndata:\n\n', ['a\nb\n\n']],
  ['comments', ': hi\n\n:\ndata: a\n: in between\ndata: b\n\n:end\n', ['a\nb']],
  [
    'other fields',
    'event: x\nid: 1\nretry: 5\ndata: a\ndatum: no\ndata-x: no\n data: no\n\nevent: y\n\n',
    ['a'],
  ],
  ['a byte order mark', '\ufeffdata: a\n\n\ufeffdata: b\n\n', ['a']],
  ['a mark before a blank line', '\ufeff\ndata: a\n\n', ['a']],
  ['a mark after an event', 'data: abc\n\n\ufeffdata: b\n\n', ['abc']],
  ['many blank lines', '\n\n\r\n\rdata: a\n\n\n\n\ndata: b\n\n', ['a', 'b']],
  ['empty data', 'data:\n\ndata\n\ndata: \n\ndata: a\n\n', ['a']],
  ['no blank line at the end', 'data: a\n\ndata: b\n', ['a', 'unfinished:b']],
  ['no line end at the end', 'data: a\n\ndata: b', ['a', 'unfinished:b']],
  ['a CR at the end', 'data: a\r\rdata: b\r', ['a', 'unfinished:b']],
  ['nothing', '', []],
  ['beyond ASCII', 'data: é漢😀\n\ndata: ü\n\n', ['é漢😀', 'ü']],
];

describe('server-sent events', () => {
  it.each(streams)('%s, in one read', (_, stream, payloads) => {
    expect(scan([Buffer.from(stream)])).toEqual(payloads);
    expect(byTheStandard(stream)).toEqual(payloads);
  });

  it.each(streams)('%s, byte by byte, and cut in three anywhere', (_, text, payloads) => {
    const stream = Buffer.from(text);
    expect(scan(cut(stream, [...stream.keys()].slice(1)))).toEqual(payloads);
    for (let first = 0; first <= stream.length; first++) {
      for (let second = first; second <= stream.length; second++) {
        const notes = new Notes((payload) => payload.length % 2 === 1);
        expect(scan(cut(stream, [first, second]), notes)).toEqual(payloads);
      }
    }
  });

  it('reads any stream, cut anywhere, as the standard says, whatever is taken at a glance', () => {
    const parts = [
      'data: ',
      'data:',
      'data',
      '\n',
      '\n\n',
      '\r',
      '\r\n',
      '\r\n\r\n',
      ':',
      ' ',
      'x',
      'id',
      '漢',
      '\ufeff',
    ];
    const text = fc.array(fc.constantFrom(...parts), { maxLength: 24 }).map((list) => list.join(''));
    const property = fc.property(
      text,
      fc.array(fc.nat(60), { maxLength: 5 }),
      fc.boolean(),
      (stream, cuts, glances) => {
        const whole = Buffer.from(stream);
        const offsets = cuts.map((offset) => Math.min(offset, whole.length)).toSorted((a, b) => a - b);
        expect(scan(cut(whole, offsets), new Notes(() => glances))).toEqual(byTheStandard(stream));
      },
    );
    fc.assert(property, { numRuns: 4_000 });
  });

  it('hands a payload over where it lies, without a copy', () => {
    const seen: Buffer[] = [];
    const notes = new Notes();
    notes.frame = (buffer) => void seen.push(buffer);
    const read = Buffer.from('data: a\n\ndata: b\n\n');
    new SseScanner(notes).write(read, 0, read.length);
    expect(seen.map((buffer) => buffer === read)).toEqual([true, true]);
  });
});

describe('length', () => {
  const limit = maxEventBytes;

  it('is limited for a line, however it is cut', () => {
    const prefix = 'data: ';
    const longest = Buffer.from(`${prefix}${'x'.repeat(limit - prefix.length)}\n\ndata: b\n\n`);
    const tooLong = Buffer.from(`${prefix}${'x'.repeat(limit - prefix.length + 1)}\n\ndata: b\n\n`);
    for (const offsets of [[], [limit / 2], [limit], [limit + 1]]) {
      expect(scan(cut(longest, offsets)).map((payload) => payload.length)).toEqual([limit - 6, 1]);
      expect(scan(cut(tooLong, offsets))).toEqual(['too long']);
    }
  });

  it('is limited for an event of many lines, and for comments', () => {
    const line = Buffer.from(`data: ${'x'.repeat(1024 * 1024 - 1)}\n`);
    const fits = [...Array.from({ length: 8 }, () => line), Buffer.from('\n')];
    expect(scan(fits).map((payload) => payload.length)).toEqual([limit - 1]);
    expect(scan([line, ...fits])).toEqual(['too long']);
    expect(scan(Array.from({ length: 9 }, () => Buffer.alloc(1024 * 1024, ':')))).toEqual(['too long']);
  });

  it('does not grow the memory with a line of 1 GB that never ends', () => {
    const notes = new Notes();
    const scanner = new SseScanner(notes);
    const read = Buffer.alloc(65_536, 'x');
    const before = usedBytes();
    let most = 0;
    for (let count = 0; count < 1024 ** 3 / read.length; count++) {
      scanner.write(read, 0, read.length);
      if (count % 8 === 0) most = Math.max(most, usedBytes() - before);
    }
    scanner.end();
    expect(notes.list).toEqual(['too long']);
    expect(most).toBeLessThan(20 * 1024 * 1024);
  });
});

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
