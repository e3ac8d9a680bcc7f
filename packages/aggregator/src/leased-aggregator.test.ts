import type { MetricsSnapshot } from '@tokenstorm/core';
import { describe, expect, it, vi } from 'vitest';
import { Aggregation, looks } from './__fixtures__/aggregation.ts';
import { planOf, series, snapshot, threshold } from './__fixtures__/snapshots.ts';
import { LeaseLost } from './lease-lost.ts';

const never = () => new AbortController().signal;
const completed = (count: number) => [series({ scheduled: count, completed: count })];
const seconds = (count: number, shard = 0): MetricsSnapshot[] =>
  Array.from({ length: count }, (_, second) => snapshot(second + 1, { shard, series: completed(1) }));
const started = { type: 'run-start', startAtEpochMs: 0 } as const;
const failing = (shards = 1) => {
  const plan = planOf({ shards });
  const execution = { ...plan.scenario.execution, onWorkerLoss: 'fail' } as const;
  return { ...plan, scenario: { ...plan.scenario, execution } };
};

describe('the lease', () => {
  it('ends the run with a rejection once it is gone, and nothing more is written', async () => {
    const run = new Aggregation(planOf());
    run.snapshots.append(...seconds(7));
    const folding = run.aggregator().run(never());
    await vi.waitUntil(() => run.folded === 7);
    run.isHeld = false;
    const written = run.windows.length;
    run.snapshots.append(snapshot(8, { final: true }));
    await expect(folding).rejects.toBeInstanceOf(LeaseLost);
    expect(run.windows).toHaveLength(written);
  });

  it('ends the run when the signal aborts, even while a checkpoint hangs', async () => {
    const run = new Aggregation(planOf());
    const lost = new AbortController();
    const lease = { plan: run.plan, mayStillWrite: () => true, endEpoch: async () => undefined };
    const hanging = { ...lease, advance: () => new Promise<boolean>(() => {}) };
    run.snapshots.append(snapshot(1));
    const folding = run.aggregator({ lease: hanging }).run(lost.signal);
    lost.abort();
    await expect(folding).rejects.toBeInstanceOf(LeaseLost);
  });

  it('goes on from the checkpoint of the aggregator before, and rewrites its last windows', async () => {
    const run = new Aggregation(planOf());
    run.snapshots.append(...seconds(12));
    const first = run.aggregator().run(never());
    await vi.waitUntil(() => run.folded === 12);
    run.isHeld = false;
    run.snapshots.append(snapshot(13));
    await expect(first).rejects.toBeInstanceOf(LeaseLost);
    expect(run.windows.map(({ startMs }) => startMs)).toEqual([0, 5000]);

    run.isHeld = true;
    run.snapshots.append(snapshot(14, { series: completed(2), final: true }));
    const result = await run.aggregator().run(never());
    expect(result.totals.figures().accounting.completed).toBe(14);
    expect(run.windows.slice(2)).toEqual([
      { startMs: 0, completed: 5 },
      { startMs: 5000, completed: 5 },
      { startMs: 10_000, completed: 4 },
    ]);
  });

  it('refuses the checkpoint of another version', () => {
    const run = new Aggregation(planOf());
    const checkpoint = { upToId: '1', state: new Uint8Array([99, 1, 2]) };
    expect(() => run.aggregator({}, checkpoint)).toThrow(/version 99/);
    expect(() => run.aggregator({}, { ...checkpoint, state: new Uint8Array([1, 1, 2]) })).toThrow(/damaged/);
  });

  it('holds windows back while nothing may be written, and gives them when it may', async () => {
    const run = new Aggregation(planOf());
    run.mayWrite = false;
    run.snapshots.append(...seconds(6));
    const folding = run.aggregator().run(never());
    await vi.waitUntil(() => run.folded === 6);
    expect(run.windows).toEqual([]);
    run.mayWrite = true;
    run.snapshots.append(snapshot(7, { final: true }));
    await folding;
    expect(run.windows.map(({ startMs }) => startMs)).toEqual([0, 5000]);
  });
});

describe('windows', () => {
  it('are given again with what came late', async () => {
    const run = new Aggregation(planOf({ shards: 2 }));
    const folding = run.aggregator().run(never());
    run.snapshots.append(...seconds(10, 0));
    await vi.waitUntil(() => run.windows.length === 1);
    expect(run.windows).toEqual([{ startMs: 0, completed: 5 }]);
    run.snapshots.append(...seconds(10, 1));
    run.snapshots.append(snapshot(11, { final: true }), snapshot(11, { shard: 1, final: true }));
    const result = await folding;
    expect(run.windows.slice(1)).toContainEqual({ startMs: 0, completed: 10 });
    expect(run.windows.findLast(({ startMs }) => startMs === 5000)?.completed).toBe(10);
    expect(result.windows.map(({ accounting }) => accounting.completed)).toEqual([10, 10]);
  });

  it('and the live view do not wait for a silent shard longer than 3 s', async () => {
    const run = new Aggregation(planOf({ shards: 2 }));
    const ended = new AbortController();
    const folding = run.aggregator({ ended: ended.signal }).run(never());
    run.snapshots.append(...seconds(2, 1), ...seconds(9, 0));
    await vi.waitUntil(() => run.folded === 11);
    expect(run.statuses.at(-1)?.knownUpToMs).toBe(6000);
    ended.abort();
    await folding;
  });
});

describe('a threshold that may abort', () => {
  it('stops a run of which one worker is silent within two intervals of the grace', async () => {
    const plan = planOf({ shards: 2, thresholds: [threshold('errors', 'rate < 1%', { abortOnFail: true })] });
    const run = new Aggregation(plan);
    const ended = new AbortController();
    const folding = run.aggregator({ ended: ended.signal }).run(never());
    run.snapshots.append(...seconds(3, 0), snapshot(4, { series: [series({ scheduled: 1, failed: 1 })] }));
    run.snapshots.append(snapshot(5), snapshot(6), snapshot(7));
    await vi.waitUntil(() => run.events.entries.length > 0);
    expect(run.events.entries[0]?.value).toMatchObject({
      type: 'run-stop',
      mode: 'now',
      reason: 'threshold',
    });
    ended.abort();
    await folding;
  });
});

describe('a shard that went on elsewhere', () => {
  it('leaves the run open until its first holder is known to be gone, and all it stored is read', async () => {
    const run = new Aggregation(planOf());
    const folding = run.aggregator().run(never());
    const takeOver = {
      after: 'loss',
      gapStartMs: 2000,
      gapEndMs: 5000,
      scheduledBefore: [{ labels: series({}).labels, scheduled: 12 }],
    } as const;
    const [first, second] = [
      snapshot(1, { series: [series({ scheduled: 3 })] }),
      snapshot(2, { series: completed(4) }),
    ];
    run.snapshots.append(
      first,
      snapshot(1, { epoch: 2, second: 5, takeOver, series: completed(1), final: true }),
    );
    await vi.waitUntil(() => run.asked.has('0/1'));
    run.gone.set('0/1', 2);
    await looks(3);
    expect(run.folded).toBe(2);
    run.snapshots.append(second);
    const result = await folding;
    // 12 were due before the second holder: 7 of them were told of, 3 of those without an outcome.
    expect(result.totals.figures().accounting).toEqual({
      scheduled: 13,
      completed: 5,
      failed: 0,
      dropped: 0,
      lost: 8,
      cancelled: 0,
    });
    expect(result.gaps).toEqual([{ region: 'eu', start_ms: 2000, end_ms: 5000, shards: 1, lost: 8 }]);
    expect(result.takeOvers).toEqual({ yields: 0, losses: 1 });
    expect(result.missing).toEqual([]);
  });
});

describe('a run that does not come to its end', () => {
  it('is given up when a shard has been silent for a minute after the planned end', async () => {
    const run = new Aggregation(planOf({ shards: 2, seconds: 60 }));
    const folding = run.aggregator().run(never());
    let isOver = false;
    void folding.then(() => (isOver = true));
    run.events.append(started);
    await looks(2);
    for (let second = 0; second < 60; second += 1) {
      run.snapshots.append(snapshot(second + 1, { series: completed(1) }));
      if (second < 10)
        run.snapshots.append(snapshot(second + 1, { shard: 1, series: [series({ scheduled: 1 })] }));
      await run.pass(1);
    }
    run.snapshots.append(snapshot(61, { final: true }));
    await run.pass(59);
    expect(isOver).toBe(false);
    await run.pass(3);
    const result = await folding;
    expect(run.asked).toContain('1/1');
    expect(result.missing).toEqual([{ shard: 1, region: 'eu', sinceMs: 10_000, lost: 10 }]);
    expect(result.gaps).toEqual([{ region: 'eu', start_ms: 10_000, end_ms: 61_000, shards: 1, lost: 10 }]);
  });

  it('is given up a minute after the last word of all its regions, long before its end', async () => {
    const run = new Aggregation(planOf({ seconds: 3600 }));
    const folding = run.aggregator().run(never());
    run.events.append(started);
    await looks(2);
    run.snapshots.append(...seconds(3));
    await run.pass(58);
    run.snapshots.append(snapshot(4));
    await looks(2);
    let isOver = false;
    void folding.then(() => (isOver = true));
    await run.pass(58);
    expect(isOver).toBe(false);
    await run.pass(4);
    expect((await folding).missing).toMatchObject([{ shard: 0, sinceMs: 4000 }]);
  });

  it('is waited for as long as nobody could be heard', async () => {
    const run = new Aggregation(planOf({ seconds: 5 }));
    const folding = run.aggregator().run(never());
    run.events.append(started);
    await looks(2);
    run.mayWrite = false;
    await run.pass(100);
    run.mayWrite = true;
    await run.pass(40);
    // The process was stopped.
    run.nowMs += 50_000;
    await looks(3);
    await run.pass(40);
    run.snapshots.append(snapshot(1, { final: true }));
    expect((await folding).missing).toEqual([]);
  });

  it('is waited for before its start', async () => {
    const run = new Aggregation(planOf({ seconds: 5 }));
    const folding = run.aggregator().run(never());
    await run.pass(200);
    run.snapshots.append(snapshot(1, { final: true }));
    expect((await folding).missing).toEqual([]);
  });

  it('is given up a minute after a stop that nobody answers', async () => {
    const run = new Aggregation(planOf({ shards: 2 }));
    const folding = run.aggregator().run(never());
    run.events.append({ type: 'run-stop', mode: 'drain', reason: 'interrupted' });
    await run.pass(63);
    expect((await folding).missing.map(({ shard }) => shard)).toEqual([0, 1]);
  });
});

describe('on_worker_loss: fail', () => {
  it('stops the run when a shard goes on after a loss', async () => {
    const run = new Aggregation(failing());
    const folding = run.aggregator().run(never());
    const takeOver = { after: 'loss', gapStartMs: 1000, gapEndMs: 2000, scheduledBefore: [] } as const;
    run.snapshots.append(snapshot(1), snapshot(1, { epoch: 2, second: 2, takeOver }));
    await vi.waitUntil(() => run.events.entries.length > 0);
    expect(run.events.entries.map(({ value }) => value)).toEqual([
      { type: 'run-stop', mode: 'now', reason: 'infrastructure', atEpochMs: 0 },
    ]);
    run.gone.set('0/1', 1);
    run.snapshots.append(snapshot(2, { epoch: 2, second: 3, final: true }));
    expect((await folding).lostWorker).toEqual({ shard: 0, region: 'eu', atMs: 1000 });
  });

  it('stops the run when a worker is gone and nobody goes on', async () => {
    const run = new Aggregation(failing(2));
    const ended = new AbortController();
    const folding = run.aggregator({ ended: ended.signal }).run(never());
    run.events.append(started);
    await looks(2);
    run.gone.set('1/1', 2);
    run.snapshots.append(...seconds(2, 1));
    for (let second = 0; second < 6; second += 1) {
      run.snapshots.append(snapshot(second + 1));
      await run.pass(1);
    }
    expect(run.events.entries.slice(1)).toMatchObject([{ value: { reason: 'infrastructure' } }]);
    ended.abort();
    expect((await folding).lostWorker).toEqual({ shard: 1, region: 'eu', atMs: 2000 });
  });

  it('goes on after a yield', async () => {
    const run = new Aggregation(failing());
    const takeOver = { after: 'yield', gapStartMs: 1000, gapEndMs: 1010, scheduledBefore: [] } as const;
    run.snapshots.append(
      snapshot(1, { last: true }),
      snapshot(1, { epoch: 2, second: 1, takeOver, final: true }),
    );
    const result = await run.aggregator().run(never());
    expect([result.lostWorker, run.events.entries, result.takeOvers.yields]).toEqual([undefined, [], 1]);
  });
});
