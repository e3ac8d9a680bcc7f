import { describe, expect, it } from 'vitest';
import type { Socket } from 'node:net';
import { providers } from '@tokenstorm/providers';
import type { Provider } from '@tokenstorm/providers';
import { done, finish, text } from '../stream/__fixtures__/chat-stream.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { RequestSetup, head, secret, timeouts, whole, workload } from './__fixtures__/request-setup.ts';

const answered = whole(text('a') + finish + done, 200, 'text/event-stream');

const chunkedHead = 'HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n';

/** Every second request cannot be built. */
function failingProvider(): Provider {
  let nth = 0;
  return {
    ...providers.openai.chat,
    request: (call, target) => {
      nth += 1;
      if (nth % 2 === 1) throw new Error(`cannot be built with ${secret}`);
      return providers.openai.chat.request(call, target);
    },
  };
}

describe('a request', () => {
  it('waits for its place and is stamped with the moment it was free', async () => {
    const waiting: Socket[] = [];
    await using server = await rawServer((socket) => waiting.push(socket));
    await using setup = new RequestSetup(server.origin, 1);
    setup.request().start();
    setup.request().start();
    await until(() => waiting.length === 1);
    waiting[0]?.write(answered);
    await setup.ended(1);
    await until(() => waiting.length === 2);
    waiting[1]?.write(answered);
    await setup.ended(2);
    const [first, second] = setup.records;
    expect(first?.waits.concurrencyMs).toBe(0);
    // Both runs count from their own hand-over, a moment apart.
    expect(second?.waits.concurrencyMs).toBeGreaterThan(0);
    expect(second?.attempts[0]?.connection.reused).toBe(true);
    const freeMs = (second?.intendedStartMs ?? NaN) + (second?.waits.concurrencyMs ?? NaN);
    expect(second?.attempts[0]?.startMs).toBeCloseTo(freeMs + (second?.sendDelayMs ?? NaN), 9);
    expect(second?.sendDelayMs).toBeGreaterThanOrEqual(0);
  });

  it('that cannot be built fails, is recorded once and keeps neither place nor deadline', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    await using setup = new RequestSetup(server.origin, 1);
    const provider = failingProvider();
    for (let index = 0; index < 6; index += 1) setup.request(setup.job({}, provider)).start();
    await setup.ended(6);
    const outcomes = setup.records.map((record) => record.outcome);
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome === 'completed')).toHaveLength(3);
    expect(server.requests).toHaveLength(3);
    expect(setup.deadlines.size).toBe(0);
    const failed = setup.records.find((record) => record.outcome === 'failed');
    expect(failed?.failure).toEqual({ kind: 'generator', message: 'cannot be built with [redacted]' });
    expect(failed?.sendDelayMs).toBeGreaterThanOrEqual(0);
    expect(await setup.ask()).toMatchObject({ outcome: 'completed' });
  });

  it('whose response cannot be read by us fails as our own fault and closes its connection', async () => {
    await using server = await rawServer((socket) => void socket.write(head() + text('a') + finish));
    await using setup = new RequestSetup(server.origin, 1);
    const broken = () => {
      throw new Error('a bug in a decoder');
    };
    const provider: Provider = {
      ...providers.openai.chat,
      decoder: () => ({ frame: broken, chunk: broken, body: broken }),
    };
    const record = await setup.ask(setup.job({}, provider));
    expect(record.failure).toEqual({ kind: 'generator', message: 'a bug in a decoder' });
    await until(() => server.connections[0]?.destroyed === true);
    expect(setup.deadlines.size).toBe(0);
  });

  it('may be followed by another on the same place after each kind of failure', async () => {
    const answers: ((socket: Socket) => void)[] = [
      (socket) => void socket.write(whole('{"error":"no"}', 500)),
      (socket) => void socket.write(chunkedHead, () => socket.destroy()),
      (socket) => socket.end('nonsense'),
      () => {},
      (socket) => void socket.write(answered),
    ];
    await using server = await rawServer((socket, { index }) => answers[index]?.(socket));
    await using setup = new RequestSetup(server.origin, 1);
    const kinds: (string | undefined)[] = [];
    for (const _ of answers) {
      const job = setup.job({ workload: workload({ timeouts: timeouts({ totalMs: 200 }) }) });
      kinds.push((await setup.ask(job)).failure?.kind);
    }
    expect(kinds).toEqual(['server-error', 'reset', 'protocol', 'request-timeout', undefined]);
  });
});

describe('a cancelled request', () => {
  it('that waits for a place was never sent', async () => {
    await using server = await rawServer(() => {});
    await using setup = new RequestSetup(server.origin, 1);
    const [first, second] = [setup.request(), setup.request()];
    first.start();
    second.start();
    second.cancel();
    first.cancel();
    const [waiting, sent] = setup.records;
    expect(waiting).toMatchObject({ outcome: 'cancelled', attempts: [] });
    expect(waiting?.sendDelayMs).toBeUndefined();
    expect(sent).toMatchObject({ outcome: 'cancelled', attempts: [{ connection: { reused: false } }] });
  });

  it('gives its place on, and is recorded once whatever comes later', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    await using setup = new RequestSetup(server.origin, 1);
    const first = setup.request();
    first.start();
    await until(() => sockets.length === 1);
    setup.request().start();
    first.cancel();
    first.cancel();
    await until(() => sockets.length === 2);
    sockets[1]?.write(answered);
    await setup.ended(2);
    expect(setup.records.map((record) => record.outcome)).toEqual(['cancelled', 'completed']);
    expect(setup.deadlines.size).toBe(0);
  });

  it('in the middle of its answer keeps what came until then', async () => {
    await using server = await rawServer((socket) => void socket.write(head() + text('abcd')));
    await using setup = new RequestSetup(server.origin);
    const contentCame = Promise.withResolvers<void>();
    const decoder = providers.openai.chat.decoder();
    const watched = (payload: string) => {
      setImmediate(contentCame.resolve);
      return decoder.frame(payload);
    };
    const provider: Provider = { ...providers.openai.chat, decoder: () => ({ ...decoder, frame: watched }) };
    const request = setup.request(setup.job({}, provider));
    request.start();
    await contentCame.promise;
    request.cancel();
    expect(setup.records).toMatchObject([{ outcome: 'cancelled', contentEvents: 1 }]);
    expect(setup.records[0]?.failure).toBeUndefined();
    await until(() => server.connections[0]?.destroyed === true);
  });

  it('after its end stays what it was', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    await using setup = new RequestSetup(server.origin);
    const request = setup.request();
    request.start();
    await setup.ended(1);
    request.cancel();
    expect(setup.records.map((record) => record.outcome)).toEqual(['completed']);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
