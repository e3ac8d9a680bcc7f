import { describe, expect, it } from 'vitest';
import { accountingOf, planOf, until } from './__fixtures__/run-setup.ts';
import { answer, iterations, shardOf } from './__fixtures__/shard-setup.ts';
import { workload } from './request/__fixtures__/request-setup.ts';
import { rawServer } from './wire/__fixtures__/raw-server.ts';

describe('a shard that others had before', () => {
  const checkpoint = {
    epoch: 1,
    sequence: 3,
    accountedUpToMs: 200,
    inFlight: 0,
    positions: { 'load/own/m': 10 },
    yielded: false,
    final: false,
  } as const;
  const schedule = {
    executor: 'constant-arrival-rate',
    ratePerSecond: 50,
    durationMs: 1000,
    arrivals: 'constant',
    maxInFlight: 100,
  } as const;

  it('is only completed where it was done', async () => {
    const shard = shardOf(planOf([workload()]), { epoch: 2, checkpoint: { ...checkpoint, final: true } });
    await using _engine = shard.engine;
    await shard.running;
    expect([shard.isWarm(), shard.lease.snapshots]).toEqual([false, []]);
  });

  it('is passed on as it was given where it is asked back before anything was sent', async () => {
    const leftover = { 'load/own/m': [{ first: 10, count: 6 }] };
    const given = { ...checkpoint, yielded: true, leftover };
    const shard = shardOf(planOf([workload({ load: iterations(2, 30) })]), { epoch: 2, checkpoint: given });
    await using _engine = shard.engine;
    await until(shard.isWarm);
    shard.take('yield');
    await shard.running;
    expect(shard.lease.checkpoints).toEqual([{ ...given, epoch: 2, sequence: 1 }]);
    expect(shard.lease.snapshots).toMatchObject([
      { epoch: 2, sequence: 1, last: true, final: false, series: [] },
    ]);
  });

  it('is not passed on where a holder in between was lost: nobody knows what that one sent', async () => {
    const given = { ...checkpoint, yielded: true };
    const shard = shardOf(planOf([workload({ load: schedule })]), { epoch: 3, checkpoint: given });
    await using _engine = shard.engine;
    await until(shard.isWarm);
    shard.take('yield');
    await shard.running;
    expect(shard.lease.snapshots).toEqual([]);
  });

  it('does not warm up again, and goes on after a loss with what is yet to come', async () => {
    await using server = await rawServer(answer);
    const plan = planOf([workload({ load: schedule, warmupMs: 100 })], server.origin, {
      execution: { warmupRequests: 3 },
    });
    const shard = shardOf(plan, { epoch: 2, checkpoint });
    await using _engine = shard.engine;
    shard.start(500);
    await shard.running;
    const { snapshots, checkpoints } = shard.lease;
    const { takeOver } = snapshots[0]!;
    expect(takeOver).toMatchObject({ after: 'loss', gapStartMs: 200 });
    const counts = takeOver?.scheduledBefore.map(({ labels, scheduled }) => [labels.phase, scheduled]);
    const before = counts?.[1]?.[1] as number;
    // 50 a second from 0 on: 5 in the first 100 ms, 26 up to 500 ms.
    expect(counts).toEqual([
      ['warmup', 5],
      ['main', before],
    ]);
    expect(before).toBeGreaterThanOrEqual(21);
    const own = accountingOf(snapshots);
    expect(own.scheduled + before + 5).toBe(50);
    expect(own.completed).toBe(server.requests.length);
    expect(own.scheduled).toBe(server.requests.length);
    expect(snapshots[0]?.intervalStartMs).toBe(takeOver?.gapEndMs);
    expect(checkpoints.at(-1)).toMatchObject({ final: true, positions: { 'load/own/m': 50 } });
  });

  it('sends what came due while it changed hands after a yield', async () => {
    await using server = await rawServer(answer);
    const shard = shardOf(planOf([workload({ load: schedule })], server.origin), {
      epoch: 2,
      checkpoint: { ...checkpoint, yielded: true },
    });
    await using _engine = shard.engine;
    shard.start(500);
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 40, completed: 40 });
    expect(shard.lease.snapshots[0]?.takeOver).toMatchObject({
      after: 'yield',
      scheduledBefore: [{ scheduled: 10 }],
    });
    expect(server.requests).toHaveLength(40);
  });

  it('begins as if it were new where the run has not started', async () => {
    await using server = await rawServer(answer);
    const plan = planOf([workload({ load: schedule })], server.origin, { execution: { warmupRequests: 2 } });
    const shard = shardOf(plan, { epoch: 2 });
    await using _engine = shard.engine;
    await until(shard.isWarm);
    expect(server.requests).toHaveLength(2);
    shard.start(-50);
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 50, completed: 50 });
    expect(shard.lease.snapshots[0]).toMatchObject({ intervalStartMs: 0 });
    expect(shard.lease.snapshots[0]).not.toHaveProperty('takeOver');
  });

  it('counts iterations that were reserved and not given back as ones of the epochs before', async () => {
    await using server = await rawServer(answer);
    const shard = shardOf(planOf([workload({ load: iterations(2, 30) })], server.origin), {
      epoch: 2,
      checkpoint,
      reserved: { 'load/own/m': 16 },
      counters: new Map([['load/own/m', 16]]),
    });
    await using _engine = shard.engine;
    shard.start(500);
    await shard.running;
    expect(accountingOf(shard.lease.snapshots)).toMatchObject({ scheduled: 14, completed: 14 });
    expect(shard.lease.snapshots[0]?.takeOver?.scheduledBefore).toMatchObject([{ scheduled: 16 }]);
    expect(shard.lease.checkpoints.at(-1)).toMatchObject({ final: true, positions: { 'load/own/m': 30 } });
  });
});

describe('a shard that nobody had for a while after its start', () => {
  it('counts what was due too long ago as lost, and never sends it', async () => {
    await using server = await rawServer(answer);
    const load = {
      executor: 'constant-arrival-rate',
      ratePerSecond: 10,
      durationMs: 4000,
      arrivals: 'constant',
      maxInFlight: 100,
    } as const;
    const shard = shardOf(planOf([workload({ load })], server.origin));
    await using _engine = shard.engine;
    shard.start(3500);
    await shard.running;
    const { scheduled, lost, completed } = accountingOf(shard.lease.snapshots);
    expect([scheduled, lost + completed, completed]).toEqual([40, 40, server.requests.length]);
    // Those of the last 2 s before 3.5 s are sent: what was due up to 1.5 s is not.
    expect(lost).toBeGreaterThanOrEqual(16);
    expect(completed).toBeGreaterThan(0);
  });
});
