import { SeriesRecorder } from '@tokenstorm/core';
import type { RequestRecord, Scenario, Workload } from '@tokenstorm/core';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { accountingOf, planOf, transportOf, unlimited, until } from '../__fixtures__/run-setup.ts';
import { Engine } from '../engine.ts';
import { whole, workload } from '../request/__fixtures__/request-setup.ts';
import { done, finish, text, usageChunk } from '../stream/__fixtures__/chat-stream.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { TargetLoad } from './target-load.ts';

const answered = whole(
  text('a') + finish + usageChunk({ completion_tokens: 9 }) + done,
  200,
  'text/event-stream',
);

/** A load of this workload against the server. */
function loadAgainst(
  baseUrl: string,
  change: Partial<Workload> = {},
  execution: Partial<Scenario['execution']> = {},
) {
  const described = workload(change);
  const engine = new Engine({
    plan: planOf([described], baseUrl, { execution }),
    transport: transportOf(),
    workerId: 'w1',
    environment: {},
  });
  const window = { startMs: Infinity, endMs: -Infinity };
  const recorder = (phase: 'warmup' | 'main') =>
    new SeriesRecorder({ provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase }, {}, window);
  const recorders = { warmup: recorder('warmup'), main: recorder('main') };
  const records: RequestRecord[] = [];
  const client = engine.clients.client('own/m', 'eu', 5000);
  const onRecord = (record: RequestRecord) => void records.push(record);
  const right = { isHeld: true, isInDoubt: false, mayStart: () => right.isHeld, maySend: () => right.isHeld };
  const load = new TargetLoad({ workload: described, client, recorders, window, right, onRecord }, engine);
  const startAt = (intendedStartMs: number, onEnd?: () => void) =>
    load.send({ arrivalIndex: 0, intendedStartMs, handOverMs: intendedStartMs, scheduled: true }, onEnd);
  const taken = () => [recorders.warmup.take(), recorders.main.take()].flatMap((series) => series ?? []);
  return { load, engine, records, right, window, startAt, taken };
}

/** The accounting of one phase of what was recorded since the last call. */
function sums(series: ReturnType<ReturnType<typeof loadAgainst>['taken']>, phase: 'main' | 'warmup') {
  return accountingOf([{ series }], phase);
}

describe('TargetLoad', () => {
  it('counts each request once, in the phase that its intended start lies in', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    const { load, engine, startAt, taken } = loadAgainst(server.origin, { warmupMs: 100, startAfterMs: 50 });
    await using _engine = engine;
    const startMs = engine.clock.nowMs() - 1000;
    load.begin(startMs);
    expect(load.startMs).toBe(startMs + 50);
    startAt(startMs + 50);
    startAt(startMs + 149.9);
    startAt(startMs + 150);
    load.drop(startMs + 149);
    load.drop(startMs + 151);
    expect([load.inFlight, load.inFlightHere]).toEqual([3, 3]);
    await load.idle();
    const series = taken();
    expect(sums(series, 'warmup')).toMatchObject({ scheduled: 3, completed: 2, dropped: 1 });
    expect(sums(series, 'main')).toMatchObject({ scheduled: 2, completed: 1, dropped: 1 });
    expect(load.inFlight).toBe(0);
  });

  it('tells the end of a request once its outcome is recorded', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    const { load, engine, startAt, records } = loadAgainst(server.origin);
    await using _engine = engine;
    load.begin(engine.clock.nowMs());
    const recordedThen = await new Promise((resolve) => startAt(load.startMs, () => resolve(records.length)));
    expect(recordedThen).toBe(1);
  });

  it('keeps the equation whatever is cancelled when, and sends nothing that waited', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const { load, engine, startAt, records, taken } = loadAgainst(server.origin, {}, { maxConcurrency: 2 });
    await using _engine = engine;
    load.begin(engine.clock.nowMs());
    for (let index = 0; index < 20; index += 1) startAt(load.startMs + index / 100);
    await until(() => sockets.length === 2);
    load.cancelAll();
    await load.idle();
    expect(sums(taken(), 'main')).toMatchObject({ scheduled: 20, cancelled: 20 });
    expect(records.flatMap((record) => record.attempts)).toHaveLength(2);
    await until(() => sockets.every((socket) => socket.destroyed));
    expect(server.connections).toHaveLength(2);
    expect(engine.deadlines.size).toBe(0);
  });

  it('sends nothing again that waits for a place behind requests that came later', async () => {
    const busy = whole('{"error":{"message":"busy"}}', 503);
    const requests: Socket[] = [];
    await using server = await rawServer((socket, { index }) => {
      requests.push(socket);
      if (index === 0) socket.write(busy);
    });
    const retry = { maxAttempts: 2, initialBackoffMs: 1, maxBackoffMs: 1 };
    const { load, engine, startAt, records } = loadAgainst(server.origin, {}, { maxConcurrency: 1, retry });
    await using _engine = engine;
    load.begin(engine.clock.nowMs());
    for (let index = 0; index < 3; index += 1) startAt(load.startMs);
    await until(() => requests.length === 2);
    // By then the first one has come back for its second attempt, and waits behind the third.
    await new Promise((resolve) => setTimeout(resolve, 20));
    load.cancelAll();
    await load.idle();
    expect(records.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(records.flatMap(({ attempts }) => attempts)).toHaveLength(2);
  });

  it('waits for the count of an answer until it is told not to', async () => {
    // One word of so many different letters takes a tokenizer a second.
    const slow = Array.from({ length: 20_000 }, (_, place) => String.fromCodePoint(0x4e00 + place)).join('');
    const answer = text(slow) + finish + usageChunk({ completion_tokens: 9 }) + done;
    await using server = await rawServer(
      (socket) => void socket.write(whole(answer, 200, 'text/event-stream')),
    );
    const tokenizer = { kind: 'encoding', name: 'o200k_base' } as const;
    const { load, engine, startAt, records } = loadAgainst(server.origin, {}, { tokenizer });
    await using _engine = engine;
    await engine.prepare('eu');
    load.begin(engine.clock.nowMs());
    await new Promise<void>((resolve) => startAt(load.startMs, resolve));
    expect([load.inFlight, load.inFlightHere, records.length]).toEqual([0, 1, 0]);
    load.cancelAll();
    await load.idle();
    expect(records).toMatchObject([{ outcome: 'completed', usage: { outputTokens: 9 } }]);
    expect(records[0]).not.toHaveProperty('countedOutputTokens');
  });

  it('is idle at once where nothing is under way', async () => {
    const { load, engine } = loadAgainst('http://127.0.0.1:1');
    await using _engine = engine;
    await load.idle();
  });

  it('counts what arrived in the measured window: nothing before the start, nothing after an early end', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    const { load, engine, startAt, taken, window } = loadAgainst(server.origin, {
      load: {
        executor: 'constant-vus',
        vus: 1,
        durationMs: 60_000,
        thinkTimeMs: { kind: 'fixed', value: 0 },
      },
    });
    await using _engine = engine;
    const windowTokens = () =>
      taken().reduce((sum, { counters }) => sum + (counters.window_output_tokens ?? 0), 0);
    await load.warmUp(0);
    expect(windowTokens()).toBe(0);
    load.begin(engine.clock.nowMs() - 1000);
    expect(window).toEqual({ startMs: 0, endMs: 60_000 });
    startAt(load.startMs);
    await load.idle();
    expect(windowTokens()).toBe(9);
    load.endMeasuring(900);
    load.endMeasuring(5000);
    expect(window).toEqual({ startMs: 0, endMs: 900 });
    startAt(load.startMs);
    await load.idle();
    expect(windowTokens()).toBe(0);
  });

  it('shares the count that max_in_flight caps between the shards of this process', async () => {
    await using server = await rawServer(() => {});
    const { load, engine, startAt } = loadAgainst(server.origin);
    await using _engine = engine;
    const window = { startMs: 0, endMs: 0 };
    const { workload: described, client, recorders } = load;
    const other = new TargetLoad(
      { workload: described, client, recorders, window, right: unlimited, onRecord: () => {} },
      engine,
    );
    startAt(0);
    expect([other.inFlight, other.inFlightHere]).toEqual([1, 0]);
    load.cancelAll();
    expect(other.inFlight).toBe(0);
  });

  it('lets nothing stay under way where recording fails', async () => {
    await using server = await rawServer(() => {});
    const { load, engine, startAt } = loadAgainst(server.origin);
    await using _engine = engine;
    const ends: string[] = [];
    load.begin(engine.clock.nowMs());
    Object.assign(load.recorders.main, {
      record: () => {
        throw new Error('a bug in a metric');
      },
    });
    startAt(load.startMs, () => ends.push('first'));
    startAt(load.startMs, () => ends.push('second'));
    expect(() => load.cancelAll()).toThrow('a bug in a metric');
    await load.idle();
    expect(ends.toSorted()).toEqual(['first', 'second']);
    expect(load.inFlight).toBe(0);
  });

  it('counts what it has begun by phase, dropped or sent, but not what warms up', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    const { load, engine, startAt } = loadAgainst(server.origin, { warmupMs: 100 });
    await using _engine = engine;
    await load.warmUp(0);
    load.begin(engine.clock.nowMs() - 1000);
    startAt(load.startMs);
    startAt(load.startMs + 100);
    load.drop(load.startMs + 200);
    await load.idle();
    expect(load.begun).toEqual({ warmup: 1, main: 2 });
    expect(engine.counts).toEqual({ sent: 3, completed: 3, failed: 0, cancelled: 0, dropped: 1 });
  });
});

describe('a TargetLoad whose shard is not its own any more', () => {
  it('gives up what waits for a place: scheduled, and nothing else', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const { load, engine, startAt, right, taken } = loadAgainst(server.origin, {}, { maxConcurrency: 2 });
    await using _engine = engine;
    load.begin(engine.clock.nowMs());
    for (let index = 0; index < 5; index += 1) startAt(load.startMs);
    await until(() => sockets.length === 2);
    right.isHeld = false;
    load.endVainWaits();
    expect([load.inFlightHere, load.inFlight]).toEqual([2, 2]);
    for (const socket of sockets) socket.write(answered);
    await load.idle();
    expect(sums(taken(), 'main')).toMatchObject({ scheduled: 5, completed: 2, cancelled: 0, lost: 0 });
    expect(server.requests).toHaveLength(2);
  });

  it('gives up without a record what was under way in a frozen process', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const { load, engine, startAt, right, records } = loadAgainst(server.origin);
    await using _engine = engine;
    load.begin(engine.clock.nowMs());
    startAt(load.startMs);
    startAt(load.startMs);
    await until(() => sockets.length === 2);
    // The lease is over by the clock when the first answer is read: nobody knows yet how long it lay there.
    Object.assign(right, { isHeld: false, isInDoubt: true });
    sockets[0]?.write(answered);
    await until(() => load.inFlight === 1);
    expect([records.length, load.inFlightHere]).toEqual([0, 2]);
    load.abandonAll();
    await load.idle();
    expect([records, load.inFlight]).toEqual([[], 0]);
    // The first is idle again.
    await until(() => sockets[1]?.destroyed === true);
  });

  it('records what ended in doubt once there is none', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    const { load, engine, startAt, right, records } = loadAgainst(server.origin);
    await using _engine = engine;
    load.begin(engine.clock.nowMs());
    right.isInDoubt = true;
    await new Promise<void>((resolve) => startAt(load.startMs, resolve));
    expect(records).toEqual([]);
    right.isInDoubt = false;
    load.believe();
    await load.idle();
    expect(records).toMatchObject([{ outcome: 'completed' }]);
  });
});
