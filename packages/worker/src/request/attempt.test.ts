import { describe, expect, it } from 'vitest';
import type { Socket } from 'node:net';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { done, event, finish, role, text } from '../stream/__fixtures__/chat-stream.ts';
import { RequestSetup, head, secret, timeouts, whole, workload } from './__fixtures__/request-setup.ts';

/** The record of one request to a server that answers like this. */
async function recordOf(answer: (socket: Socket) => void, overrides: Parameters<typeof workload>[0] = {}) {
  await using server = await rawServer(answer);
  await using setup = new RequestSetup(server.origin);
  return await setup.ask(setup.job({ workload: workload(overrides) }));
}

/** Writes the pieces some ms apart. */
function slowly(socket: Socket, pieces: readonly string[], gapMs: number): void {
  const [piece, ...rest] = pieces;
  if (piece === undefined) return;
  socket.write(piece);
  setTimeout(() => slowly(socket, rest, gapMs), gapMs).unref();
}

describe('a request that is answered', () => {
  it('is completed, with its times in order', async () => {
    const record = await recordOf((socket) =>
      socket.end(head() + role + text('a') + text('b') + finish + done),
    );
    expect(record).toMatchObject({
      outcome: 'completed',
      contentEvents: 2,
      finishReason: 'stop',
      streamed: true,
    });
    const [attempt] = record.attempts;
    expect(attempt).toMatchObject({ statusCode: 200, staleReconnects: 0, connection: { reused: false } });
    const { firstByteMs = NaN, firstTokenMs = NaN, lastTokenMs = NaN } = record;
    const times = [attempt?.startMs ?? NaN, firstByteMs, firstTokenMs, lastTokenMs, record.endMs];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(attempt?.endMs).toBe(record.endMs);
  });

  it('is read as a whole where a JSON document comes in place of a stream', async () => {
    const body = JSON.stringify({
      choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    });
    const record = await recordOf((socket) => void socket.write(whole(body)));
    expect(record).toMatchObject({ outcome: 'completed', streamed: false, usage: { outputTokens: 2 } });
  });

  it('fails where the JSON document is an error under status 200', async () => {
    const body = JSON.stringify({ error: { message: 'the model is gone', code: 500 } });
    const record = await recordOf((socket) => void socket.write(whole(body)));
    expect(record).toMatchObject({ outcome: 'failed', failure: { kind: 'stream-error' } });
    expect(record.failure?.message).toContain('the model is gone');
  });

  it('is complete although the connection is lost after the end mark', async () => {
    const record = await recordOf((socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      const stream = text('a') + finish + done;
      socket.write(`${Buffer.byteLength(stream).toString(16)}\r\n${stream}\r\n`, () => socket.destroy());
    });
    expect(record).toMatchObject({ outcome: 'completed', contentEvents: 1 });
  });

  it('is complete although the server never closes after the end mark', async () => {
    const record = await recordOf((socket) => void socket.write(head() + text('a') + finish + done), {
      timeouts: timeouts({ idleMs: 50 }),
    });
    expect(record).toMatchObject({ outcome: 'completed', contentEvents: 1 });
  });
});

describe('a request that fails', () => {
  it.each([
    [401, 'auth'],
    [404, 'client-error'],
    [429, 'rate-limited'],
    [500, 'server-error'],
    [503, 'overloaded'],
  ] as const)('with status %i is of the kind %s and says why, without the key', async (status, kind) => {
    const body = JSON.stringify({ error: { message: `no luck with ${secret}` } });
    const record = await recordOf((socket) => void socket.write(whole(body, status)));
    expect(record).toMatchObject({ outcome: 'failed', failure: { kind } });
    expect(record.attempts).toMatchObject([{ statusCode: status }]);
    expect(record.failure?.message).toBe(`HTTP ${status}: no luck with [redacted]`);
  });

  it('with a status and a body that never ends has the kind of its status', async () => {
    const answer = (socket: Socket) => void socket.write(`${head(429, 'application/json')}{"error":`);
    const record = await recordOf(answer, { timeouts: timeouts({ idleMs: 50 }) });
    expect(record.failure?.kind).toBe('rate-limited');
  });

  it('with a status and a connection that is lost has the kind of its status', async () => {
    const record = await recordOf((socket) => {
      socket.write('HTTP/1.1 503 X\r\ncontent-length: 100\r\n\r\nbusy', () => socket.destroy());
    });
    expect(record.failure).toMatchObject({ kind: 'overloaded', message: 'HTTP 503: busy' });
  });

  it('because the stream was cut', async () => {
    const record = await recordOf((socket) => socket.end(head() + text('a')));
    expect(record).toMatchObject({ failure: { kind: 'stream-truncated' }, contentEvents: 1 });
  });

  it('because the connection was reset before an answer', async () => {
    const record = await recordOf((socket) => socket.resetAndDestroy());
    expect(record.failure?.kind).toBe('reset');
  });

  it('because what came is no HTTP', async () => {
    const record = await recordOf((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n\r\n'));
    expect(record.failure?.kind).toBe('protocol');
  });
});

describe('a timeout', () => {
  it('to the first content is not put off by frames without any', async () => {
    const answer = (socket: Socket) =>
      slowly(socket, [head(), role, ': ping\n\n', role, ': ping\n\n', role], 20);
    const record = await recordOf(answer, { timeouts: timeouts({ firstTokenMs: 60, idleMs: 10 }) });
    expect(record.failure).toEqual({ kind: 'first-token-timeout', message: 'no content after 60 ms' });
    expect(record.firstTokenMs).toBeUndefined();
  });

  it('between reads is put off by every read', async () => {
    const pieces = [head(), ...Array.from({ length: 8 }, () => text('a'))];
    const answer = (socket: Socket) => slowly(socket, pieces, 80);
    const record = await recordOf(answer, { timeouts: timeouts({ idleMs: 500 }) });
    expect(record.failure?.kind).toBe('idle-timeout');
    expect(record.contentEvents).toBe(8);
    expect(record.endMs - (record.lastTokenMs ?? NaN)).toBeGreaterThanOrEqual(500);
  });

  it('of the whole request is not put off by content', async () => {
    const pieces = [head(), ...Array.from({ length: 100 }, () => text('a'))];
    const answer = (socket: Socket) => slowly(socket, pieces, 5);
    const record = await recordOf(answer, { timeouts: timeouts({ totalMs: 300, idleMs: 10_000 }) });
    expect(record.failure).toEqual({ kind: 'request-timeout', message: 'not complete after 300 ms' });
    expect(record.contentEvents).toBeGreaterThan(0);
  });

  it('of the whole request goes before the one to the first content where both are the same', async () => {
    const record = await recordOf(() => {}, { timeouts: timeouts({ totalMs: 50, firstTokenMs: 50 }) });
    expect(record.failure?.kind).toBe('request-timeout');
  });

  it('to the first content is none for a request that is not streamed', async () => {
    const body = '{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}';
    const answer = (socket: Socket) => void setTimeout(() => socket.write(whole(body)), 120);
    const record = await recordOf(answer, { stream: false, timeouts: timeouts({ firstTokenMs: 20 }) });
    expect(record).toMatchObject({ outcome: 'completed', streamed: false });
  });

  it('between reads holds for a whole body too, once it has begun', async () => {
    const answer = (socket: Socket) => void socket.write('HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{"a"');
    const record = await recordOf(answer, { stream: false, timeouts: timeouts({ idleMs: 50 }) });
    expect(record.failure?.kind).toBe('idle-timeout');
  });

  it('closes the connection', async () => {
    let closed: Promise<void> | undefined;
    const answer = (socket: Socket) => {
      closed = new Promise((resolve) => socket.once('close', () => resolve()));
    };
    await using server = await rawServer(answer);
    await using setup = new RequestSetup(server.origin);
    await setup.ask(setup.job({ workload: workload({ timeouts: timeouts({ totalMs: 40 }) }) }));
    await closed;
    expect(setup.deadlines.size).toBe(0);
  });
});

describe('a stream with events of its own', () => {
  it('ends as they say, whatever the status was', async () => {
    const record = await recordOf((socket) =>
      socket.end(head() + text('a') + event({}, { finish_reason: 'length' }) + done),
    );
    expect(record).toMatchObject({ outcome: 'completed', finishReason: 'length' });
  });
});
