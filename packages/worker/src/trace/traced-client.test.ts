import { describe, expect, it } from 'vitest';
import { ask, plain, post, systemClock } from '../wire/__fixtures__/exchange.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { SocketClient } from '../wire/socket-client.ts';
import { OneTrace, TracedClient } from './traced-client.ts';

const key = 'a-key-of-no-known-shape';
const parts = { clock: systemClock, conceal: (text: string) => text.replaceAll(key, '[redacted]') };

const reply =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nset-cookie: session=1234\r\n' +
  `x-ratelimit-remaining-tokens: 77\r\nconnection: close\r\n\r\ndata: {"echo":"${key}"}\n\ndata: [DONE]`;

function tracedClient(traces: string[]): TracedClient {
  const client = new SocketClient(systemClock, () => {
    throw new Error('nothing redirects here');
  });
  return new TracedClient(client, new OneTrace((text) => traces.push(text)), parts);
}

const request = (origin: string) =>
  post(`${origin}/v1/chat/completions?code=${key}&version=2`, {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: '{"model":"m"}',
  });

/** The lines of a trace without the times before them. */
const saidIn = (trace: string) =>
  trace
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(12));

describe('TracedClient', () => {
  it('tells what went over the wire for the first request, without keys, and changes nothing', async () => {
    await using server = await rawServer((socket) => void socket.end(reply));
    const traces: string[] = [];
    const client = tracedClient(traces);
    const first = await ask(client, request(server.origin), plain);
    const second = await ask(client, request(server.origin), plain);
    await client.close();
    expect([first.body, first.outcomes]).toEqual([second.body, second.outcomes]);
    expect(traces).toHaveLength(1);
    expect(saidIn(traces[0]!).filter((line) => !line.startsWith('* connection: new, '))).toEqual([
      '> POST /v1/chat/completions?code=[redacted]&version=[redacted] HTTP/1.1',
      `> host: ${new URL(server.origin).host}`,
      '> content-type: application/json',
      '> authorization: [redacted]',
      '>',
      '> {"model":"m"}',
      '< HTTP/1.1 200',
      '< content-type: text/event-stream',
      '< set-cookie: [redacted]',
      '< x-ratelimit-remaining-tokens: 77',
      '< connection: close',
      '<',
      '< data: {"echo":"[redacted]"}',
      '<',
      '< data: [DONE]',
      '* end of the response',
    ]);
    expect(traces[0]).not.toContain(key);
  });

  it('puts the time of the socket read before each line, in ms from the send', async () => {
    await using server = await rawServer((socket) => void socket.end(reply));
    const traces: string[] = [];
    const client = tracedClient(traces);
    const told = await ask(client, request(server.origin), plain);
    await client.close();
    const times = traces[0]!
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.slice(0, 10)));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(0)).toBe(0);
    // The last line has no line end: its time is that of the read all the same, not that of the end.
    const apart = told.pieces.at(-1)!.atMs - told.pieces[0]!.atMs;
    expect(Math.abs(times.at(-2)! - times.at(-4)! - apart)).toBeLessThan(0.002);
  });

  it('tells of a failure, and of a request that was given up', async () => {
    await using server = await rawServer((socket, { index }) => void (index === 0 && socket.destroy()));
    const traces: string[] = [];
    const failing = tracedClient(traces);
    await ask(failing, request(server.origin), plain);
    const silent = tracedClient(traces);
    const wire = silent.send(
      request(server.origin),
      { onHead() {}, onBody() {}, onEnd() {}, onFailure() {} },
      plain,
    );
    wire.abort();
    await Promise.all([failing.close(), silent.close()]);
    expect(saidIn(traces[0]!).at(-1)).toMatch(/^\* failed: reset: /);
    expect(saidIn(traces[1]!).at(-1)).toBe('* given up by the client');
  });
});
