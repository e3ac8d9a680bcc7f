import type { CommitResult, MetricsSnapshot, RunPlan, Workload } from '@tokenstorm/core';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { accountingOf, planOf, TestLease, transportOf, until } from './__fixtures__/run-setup.ts';
import { Engine } from './engine.ts';
import { whole, workload } from './request/__fixtures__/request-setup.ts';
import { RunControl } from './run-control.ts';
import { ShardControl } from './shard-control.ts';
import { runShard } from './shard-runner.ts';
import { done, finish, text } from './stream/__fixtures__/chat-stream.ts';
import { rawServer } from './wire/__fixtures__/raw-server.ts';

const answered = whole(text('a') + finish + done, 200, 'text/event-stream');
const answer = (socket: Socket) => void socket.write(answered);
const thinkTimeMs = { kind: 'fixed', value: 0 } as const;
const users = (vus: number, durationMs: number): Workload['load'] => ({
  executor: 'constant-vus',
  vus,
  durationMs,
  thinkTimeMs,
});
const iterations = (vus: number, count: number): Workload['load'] => ({
  executor: 'shared-iterations',
  vus,
  iterations: count,
  thinkTimeMs,
});

/** One shard of a run under way; `await using` closes its engine. */
function shardOf(
  plan: RunPlan,
  commit?: (snapshot: MetricsSnapshot) => CommitResult | Promise<CommitResult>,
) {
  const transport = transportOf();
  const engine = new Engine({
    plan: { ...plan, snapshotIntervalMs: 50 },
    transport,
    workerId: 'w1',
    environment: {},
  });
  const lease = new TestLease(
    { ...plan, snapshotIntervalMs: 50 },
    commit === undefined ? {} : { answer: commit },
  );
  const control = new RunControl(transport.clock);
  const taken = new AbortController();
  const running = runShard(lease, engine, new ShardControl(control, taken.signal));
  running.catch(() => {});
  const start = () => control.observe({ type: 'run-start', startAtEpochMs: transport.clock.epochMs() });
  const stop = (mode: 'drain' | 'now') => control.observe({ type: 'run-stop', mode, reason: 'interrupted' });
  const isWarm = () => transport.appended.some(({ type }) => type === 'warmed-up');
  return { engine, lease, running, taken, start, stop, isWarm };
}

describe('a shard', () => {
  it('warms up, waits for the start, runs and commits everything', async () => {
    await using server = await rawServer(answer);
    const plan = planOf([workload({ load: iterations(2, 7) })], server.origin, {
      execution: { warmupRequests: 3 },
    });
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    await until(shard.isWarm);
    expect([server.requests.length, shard.lease.snapshots.length]).toEqual([3, 0]);
    shard.start();
    await shard.running;
    expect(server.requests).toHaveLength(10);
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 7, completed: 7 });
    expect(accountingOf(shard.lease.snapshots, 'warmup')).toMatchObject({ scheduled: 3, completed: 3 });
    expect(shard.lease.snapshots.map(({ final }) => final).lastIndexOf(false)).toBe(
      shard.lease.snapshots.length - 2,
    );
    expect(shard.lease.snapshots.at(-1)?.final).toBe(true);
  });

  it('cancels what users have under way after the graceful stop that follows the end of their load', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(3, 50), gracefulStopMs: 60 })], server.origin));
    await using _engine = shard.engine;
    shard.start();
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 3, cancelled: 3 });
  });

  it.each(['drain', 'now'] as const)(
    'that is told to stop (%s) before its start sends nothing',
    async (mode) => {
      await using server = await rawServer(answer);
      const load = {
        executor: 'constant-arrival-rate',
        ratePerSecond: 1000,
        durationMs: 1000,
        arrivals: 'constant',
        maxInFlight: 100,
      } as const;
      const plan = planOf(
        [workload({ name: 'a', load }), workload({ name: 'b', load: users(5, 1000) })],
        server.origin,
      );
      const shard = shardOf(plan);
      await using _engine = shard.engine;
      shard.stop(mode);
      shard.start();
      await shard.running;
      expect(server.requests).toEqual([]);
      expect(shard.lease.snapshots).toMatchObject([{ final: true, series: [] }]);
    },
  );

  it('that is told to stop while it warms up sends no more for it', async () => {
    await using server = await rawServer(() => {});
    const plan = planOf([workload({ load: iterations(1, 5) })], server.origin, {
      execution: { warmupRequests: 5 },
    });
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    await until(() => server.requests.length === 1);
    shard.stop('drain');
    shard.stop('now');
    await until(shard.isWarm);
    shard.start();
    await shard.running;
    expect(server.requests).toHaveLength(1);
    expect(accountingOf(shard.lease.snapshots, 'warmup')).toMatchObject({ scheduled: 1, cancelled: 1 });
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 0 });
  });

  it('drains: what is under way ends as it ends', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin));
    await using _engine = shard.engine;
    shard.start();
    await until(() => sockets.length === 2);
    shard.stop('drain');
    for (const socket of sockets) socket.write(answered);
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 2, completed: 2 });
  });

  it('stops now while requests wait for a place: none of them is sent', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    const plan = planOf(
      [workload({ name: 'a', load: users(10, 60_000) }), workload({ name: 'b', load: users(10, 60_000) })],
      server.origin,
      { execution: { maxConcurrency: 2 } },
    );
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    shard.start();
    await until(() => sockets.length === 2);
    // The worker closes the admission before any shard hears of the stop.
    shard.engine.admissions.close();
    shard.stop('now');
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 20, cancelled: 20 });
    const attempts = shard.lease.snapshots.flatMap(({ series }) =>
      series.map(({ counters }) => counters.attempts ?? 0),
    );
    expect(attempts.reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});

describe('a shard that is taken away', () => {
  it('before its start ends without a trace', async () => {
    const shard = shardOf(planOf([workload()]));
    await using _engine = shard.engine;
    await until(shard.isWarm);
    shard.taken.abort();
    await shard.running;
    expect(shard.lease.snapshots).toEqual([]);
  });

  it('while it warms up does not say that it is warm', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload()], server.origin, { execution: { warmupRequests: 1 } }));
    await using _engine = shard.engine;
    await until(() => server.requests.length === 1);
    shard.taken.abort();
    await shard.running;
    expect(shard.isWarm()).toBe(false);
  });

  it('cancels what is under way and commits it, but is not done with the shard', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin));
    await using _engine = shard.engine;
    shard.start();
    await until(() => server.requests.length === 2);
    shard.taken.abort();
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 2, cancelled: 2 });
    expect(shard.lease.snapshots.some(({ final }) => final)).toBe(false);
  });
});

describe('a shard with a fault', () => {
  it('in a commit rejects, ends its load and leaves nothing running', async () => {
    await using server = await rawServer(() => {});
    const shard = shardOf(planOf([workload({ load: users(2, 60_000) })], server.origin), ({ sequence }) => {
      if (sequence > 1) throw new Error('the log is gone');
      return 'stored';
    });
    await using _engine = shard.engine;
    shard.start();
    await expect(shard.running).rejects.toThrow('the log is gone');
    await until(() => server.connections.every((socket) => socket.destroyed));
    expect(shard.engine.deadlines.size).toBe(0);
  });

  it('in its load still commits what is known, and is not done with the shard', async () => {
    await using server = await rawServer(() => {});
    const plan = planOf(
      [workload({ name: 'a', load: iterations(1, 9) }), workload({ name: 'b', load: users(2, 60_000) })],
      server.origin,
    );
    const shard = shardOf(plan);
    await using _engine = shard.engine;
    Object.assign(shard.engine.transport.iterations, {
      reserve: () => Promise.reject(new Error('no counter')),
    });
    shard.start();
    await expect(shard.running).rejects.toThrow('no counter');
    const { scheduled, cancelled } = accountingOf(shard.lease.snapshots);
    expect(cancelled).toBe(scheduled);
    expect(shard.lease.snapshots.at(-1)?.final).toBe(false);
  });
});
