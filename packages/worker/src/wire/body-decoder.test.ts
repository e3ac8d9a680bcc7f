import {
  brotliCompressSync,
  constants,
  createGzip,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, plain, post, systemClock } from './__fixtures__/exchange.ts';
import { rawServer } from './__fixtures__/raw-server.ts';
import { maxWaitingBytes } from '../stream/response-limits.ts';
import { BodyDecoder } from './body-decoder.ts';
import { SocketClient } from './socket-client.ts';
import type { WireFailure } from './wire-client.ts';

let client = newClient();

function newClient(): SocketClient {
  return new SocketClient(systemClock, () => {
    throw new Error('no redirect is expected here');
  });
}

afterEach(async () => {
  await client.close();
  client = newClient();
});

const text = 'data: {"a":"Grüße"}\n\n'.repeat(200);
const head = (coding: string, length: number): string =>
  `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${length}\r\n\r\n`;

function send(socket: Socket, coding: string, body: Buffer): void {
  socket.write(Buffer.concat([Buffer.from(head(coding, body.length)), body]));
}

describe('an encoded body', () => {
  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('in %s is decoded, and said to have been', async (coding, body) => {
    await using server = await rawServer((socket) => send(socket, coding, body));
    const told = await ask(client, server.origin);
    expect(told.outcomes).toEqual(['end']);
    expect(Buffer.from(told.body, 'latin1').toString('utf8')).toBe(text);
    expect(told.heads[0]!.decoded).toBe(true);
    expect(client.stats.decodedResponses).toBe(1);
  });

  it('in identity is left alone', async () => {
    await using server = await rawServer((socket) => send(socket, 'identity', Buffer.from('hello')));
    const told = await ask(client, server.origin);
    expect([told.body, told.heads[0]!.decoded, client.stats.decodedResponses]).toEqual(['hello', false, 0]);
  });

  it('keeps the stamps of the reads that brought its parts', async () => {
    await using server = await rawServer((socket) => {
      socket.setNoDelay();
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n');
      const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
      gzip.on('data', (bytes: Buffer) => {
        socket.write(`${bytes.length.toString(16)}\r\n`);
        socket.write(bytes);
        socket.write('\r\n');
      });
      gzip.on('end', () => socket.write('0\r\n\r\n'));
      gzip.write('one ');
      setTimeout(() => gzip.write('two '), 60);
      setTimeout(() => gzip.end('three'), 120);
    });
    const told = await ask(client, server.origin);
    expect(told.body).toBe('one two three');
    const times = told.pieces.map(({ atMs }) => atMs);
    expect(new Set(times).size).toBeGreaterThanOrEqual(3);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(50);
  });

  it('that is damaged fails once and closes the connection', async () => {
    const body = gzipSync(text);
    body.fill(0x55, 12, 40);
    await using server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n');
      socket.write(body);
    });
    const told = await ask(client, server.origin);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'protocol' })]);
    while (client.openConnections > 0) await delay(5);
  });

  it('that ends too early fails', async () => {
    const body = gzipSync(text).subarray(0, 30);
    await using server = await rawServer((socket) => send(socket, 'gzip', body));
    expect((await ask(client, server.origin)).outcomes).toEqual([
      expect.objectContaining({ kind: 'protocol' }),
    ]);
  });

  it('is given up where it comes faster than it can be decoded', () => {
    const told: unknown[] = [];
    const observer = {
      onHead: () => {},
      onBody: () => {},
      onEnd: () => void told.push('end'),
      onFailure: (failure: WireFailure) => void told.push(failure),
    };
    let broken = 0;
    const decoder = BodyDecoder.for('gzip', observer, () => void broken++)!;
    // Nothing is decoded before this function returns.
    const bytes = gzipSync(text);
    for (let sent = 0; sent <= maxWaitingBytes; sent += 65_536)
      decoder.onBody(Buffer.alloc(65_536, bytes), 0, 65_536, 1);
    expect([broken, told]).toEqual([
      1,
      [{ kind: 'protocol', message: 'more than 16 MiB of the encoded body wait to be decoded' }],
    ]);
  });

  it('in an unknown coding, or in several, fails', async () => {
    await using server = await rawServer((socket, { index }) =>
      send(socket, index === 0 ? 'constructor' : 'gzip, br', Buffer.from('x')),
    );
    for (let index = 0; index < 2; index++) {
      expect((await ask(client, server.origin)).outcomes).toEqual([
        expect.objectContaining({ kind: 'protocol' }),
      ]);
    }
  });

  it('that is cut off by a reset fails as a reset', async () => {
    const body = gzipSync(text);
    await using server = await rawServer((socket) => {
      socket.end(Buffer.concat([Buffer.from(head('gzip', body.length)), body.subarray(0, -5)]));
    });
    expect((await ask(client, server.origin)).outcomes).toEqual([expect.objectContaining({ kind: 'reset' })]);
  });

  it('tells nothing more once the request was aborted', async () => {
    const body = gzipSync(text);
    await using server = await rawServer((socket) => send(socket, 'gzip', body));
    let told = 0;
    const count = (): void => void told++;
    const onHead = (): void => request.abort();
    const request = client.send(
      post(server.origin),
      { onHead, onBody: count, onEnd: count, onFailure: count },
      plain,
    );
    while (server.requests.length === 0 || client.openConnections > 0) await delay(5);
    await delay(30);
    expect(told).toBe(0);
  });
});
