import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { done, finish, role, text } from '../stream/__fixtures__/chat-stream.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { RequestSetup, head, secret, timeouts, whole, workload } from './__fixtures__/request-setup.ts';

const answered = whole(text('a') + finish + done, 200, 'text/event-stream');
const busy = (message = 'busy') => whole(JSON.stringify({ error: { message } }), 503);
const refused = (retryAfter: string) =>
  `HTTP/1.1 429 X\r\ncontent-length: 0\r\nretry-after: ${retryAfter}\r\n\r\n`;

const quick = { maxAttempts: 3, initialBackoffMs: 20, maxBackoffMs: 20 };
type Answer = (socket: Socket) => void;
const say =
  (bytes: string): Answer =>
  (socket) =>
    void socket.write(bytes);

/** A server that gives these answers, one for each request, the last one for all further ones. */
function serverOf(...answers: readonly Answer[]) {
  return rawServer((socket, { index }) => answers[Math.min(index, answers.length - 1)]?.(socket));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('a request that is tried again', () => {
  it('succeeds as its last attempt did, with every attempt in its record', async () => {
    await using server = await serverOf(say(busy(`no room for ${secret}`)), say(refused('0')), say(answered));
    await using setup = new RequestSetup(server.origin, undefined, quick);
    const record = await setup.ask();
    expect(record).toMatchObject({ outcome: 'completed', contentEvents: 1 });
    expect(record.failure).toBeUndefined();
    const kinds = record.attempts.map(({ failure, statusCode }) => [failure?.kind, statusCode]);
    expect(kinds).toEqual([
      ['overloaded', 503],
      ['rate-limited', 429],
      [undefined, 200],
    ]);
    expect(record.attempts[0]?.failure?.message).toBe('HTTP 503: no room for [redacted]');
    const [first, second, third] = record.attempts;
    const gapsMs = [second!.startMs - first!.endMs, third!.startMs - second!.endMs];
    // From the end of an attempt until the next one asked for admission, which it got at once.
    expect(record.waits.retryMs).toBeLessThanOrEqual(gapsMs[0]! + gapsMs[1]!);
    expect(record.waits.retryMs).toBeGreaterThan(0);
    expect(record.firstTokenMs).toBeGreaterThan(third!.startMs);
    expect(record.sendDelayMs).toBeLessThan(first!.endMs - first!.startMs);
    expect(server.requests).toHaveLength(3);
    expect(new Set(server.requests).size).toBe(1);
  });

  it('fails as its last attempt did, once, when its attempts are used up', async () => {
    const reset: Answer = (socket) => void socket.resetAndDestroy();
    await using server = await serverOf(reset, say(busy('first')), say(busy('last')));
    await using setup = new RequestSetup(server.origin, undefined, quick);
    const record = await setup.ask();
    expect(record).toMatchObject({ outcome: 'failed', failure: { message: 'HTTP 503: last' } });
    expect(record.attempts.map(({ failure }) => failure?.kind)).toEqual([
      'reset',
      'overloaded',
      'overloaded',
    ]);
    expect(record.attempts.at(-1)?.failure).toEqual(record.failure);
    expect(setup.records).toHaveLength(1);
    expect(setup.deadlines.size).toBe(0);
  });

  it.each<[string, Answer]>([
    ['after the first content', (socket) => socket.end(head() + role + text('a'))],
    ['after a refusal of the request itself', say(whole('{"error":"bad"}', 400))],
    ['after what is no HTTP', (socket) => socket.end('SSH-2.0\r\n\r\n')],
    ['after an answer without content', (socket) => socket.end(head() + finish + done)],
    ['after a Retry-After beyond its total timeout', say(refused('21'))],
  ])('is not, %s', async (_, answer) => {
    await using server = await serverOf(answer, say(answered));
    await using setup = new RequestSetup(server.origin, undefined, quick);
    expect(await setup.ask()).toMatchObject({ outcome: 'failed', attempts: [{}], waits: { retryMs: 0 } });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['stream-truncated', (socket) => socket.end(head() + role)],
    ['stream-error', (socket) => socket.end(`${head()}${role}data: {"error":{"message":"no"}}\n\n`)],
    ['first-token-timeout', () => {}],
  ])('is, after a %s before any content', async (kind, answer) => {
    await using server = await serverOf(answer, say(answered));
    await using setup = new RequestSetup(server.origin, undefined, quick);
    const limits = timeouts({ firstTokenMs: 100 });
    const record = await setup.ask(setup.job({ workload: workload({ timeouts: limits }) }));
    expect(record).toMatchObject({ outcome: 'completed', attempts: [{ failure: { kind } }, {}] });
    expect(record.attempts[1]).not.toHaveProperty('failure');
  });

  it('has its total timeout anew for each attempt', async () => {
    await using server = await serverOf(() => {});
    await using setup = new RequestSetup(server.origin, undefined, quick);
    const limits = timeouts({ firstTokenMs: 60, totalMs: 100 });
    const record = await setup.ask(setup.job({ workload: workload({ timeouts: limits }) }));
    expect(record.attempts.map(({ failure }) => failure?.kind)).toEqual(Array(3).fill('first-token-timeout'));
    expect(record.endMs - (record.attempts[0]?.startMs ?? NaN)).toBeGreaterThan(180);
  });

  it('waits out a Retry-After before it asks for admission', async () => {
    await using server = await serverOf(say(refused('0.3')), say(answered));
    await using setup = new RequestSetup(server.origin, undefined, quick);
    const { attempts, waits } = await setup.ask();
    expect((attempts[1]?.startMs ?? NaN) - (attempts[0]?.endMs ?? NaN)).toBeGreaterThanOrEqual(300);
    expect(waits.retryMs).toBeGreaterThanOrEqual(300);
  });

  it('holds no place while it waits, and queues for one again', async () => {
    const waiting: Socket[] = [];
    await using server = await serverOf(say(refused('0.05')), (socket) => waiting.push(socket));
    await using setup = new RequestSetup(server.origin, 1, quick);
    setup.request(setup.job({ arrivalIndex: 1 })).start();
    setup.request(setup.job({ arrivalIndex: 2 })).start();
    // The second one is under way in the place of the first.
    await until(() => server.requests.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(server.requests).toHaveLength(2);
    waiting[0]?.write(answered);
    await until(() => server.requests.length === 3);
    waiting[1]?.write(answered);
    await setup.ended(2);
    const [other, retried] = setup.records;
    expect([other?.arrivalIndex, retried?.arrivalIndex]).toEqual([2, 1]);
    expect(retried?.attempts).toHaveLength(2);
    expect(retried?.waits.retryMs).toBeGreaterThanOrEqual(50);
    expect(retried?.waits.concurrencyMs).toBeGreaterThan(50);
    const [first, second] = retried!.attempts;
    const waitedMs = retried!.waits.retryMs + retried!.waits.concurrencyMs;
    expect(waitedMs).toBeLessThanOrEqual(second!.startMs - first!.endMs);
  });
});

describe('a cancelled request', () => {
  it('that waits for its next attempt makes none, and has failed attempts but no failure', async () => {
    await using server = await serverOf(say(refused('15')));
    await using setup = new RequestSetup(server.origin, 1, quick);
    const request = setup.request();
    request.start();
    await until(() => server.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    request.cancel();
    request.cancel();
    expect(setup.records).toHaveLength(1);
    const [record] = setup.records;
    expect(record).toMatchObject({ outcome: 'cancelled', attempts: [{ failure: { kind: 'rate-limited' } }] });
    expect(record?.failure).toBeUndefined();
    expect(record?.waits.retryMs).toBeCloseTo(record!.endMs - record!.attempts[0]!.endMs, 6);
    expect(record?.sendDelayMs).toBeGreaterThanOrEqual(0);
  });

  it('that waits for a place for its second attempt was sent once, and gives nobody a place', async () => {
    await using server = await serverOf(say(refused('0')), () => {});
    await using setup = new RequestSetup(server.origin, 1, quick);
    const [retried, other] = [setup.request(), setup.request()];
    retried.start();
    other.start();
    await until(() => server.requests.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 80));
    retried.cancel();
    expect(setup.records).toMatchObject([{ outcome: 'cancelled', attempts: [{ statusCode: 429 }] }]);
    expect(setup.records[0]?.waits.concurrencyMs).toBeGreaterThan(0);
    const third = setup.request();
    third.start();
    other.cancel();
    await until(() => server.requests.length === 3);
    third.cancel();
    expect(setup.records.map(({ outcome }) => outcome)).toEqual(Array(3).fill('cancelled'));
  });

  it('inside its second attempt keeps the first one', async () => {
    await using server = await serverOf(say(busy()), () => {});
    await using setup = new RequestSetup(server.origin, 1, quick);
    const request = setup.request();
    request.start();
    await until(() => server.requests.length === 2);
    request.cancel();
    expect(setup.records).toMatchObject([
      { outcome: 'cancelled', attempts: [{ failure: { kind: 'overloaded' } }, {}] },
    ]);
    expect(setup.records[0]?.attempts[1]).not.toHaveProperty('failure');
    await until(() => server.connections.every((socket) => socket.destroyed));
    expect(setup.deadlines.size).toBe(0);
  });
});
