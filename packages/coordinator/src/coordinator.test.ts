import { once } from 'node:events';
import { defaultExecution } from '@tokenstorm/core';
import type { Dataset, LogEntry, RunEvent, RunPlan, Shard } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { Coordinator } from './coordinator.ts';

const scenario: RunPlan['scenario'] = {
  name: 'test',
  seed: 1,
  regions: [{ name: 'eu', weight: 1 }],
  targets: [],
  workloads: [],
  limits: [],
  execution: defaultExecution,
  thresholds: [],
  exports: [],
};
const dataset: Dataset = { id: 'abc', path: 'p.csv', rows: [] };

/** A coordinator of a run with so many shards; `tell` appends an event as a worker would. */
function led(shardCount: number) {
  const events: RunEvent[] = [];
  const steps: string[] = [];
  const enqueued: Shard[] = [];
  const wake = new Set<() => void>();
  const tell = async (event: RunEvent) => {
    events.push(event);
    for (const one of wake) one();
    await new Promise(setImmediate);
  };
  async function* read({ signal }: { signal: AbortSignal }): AsyncGenerator<LogEntry<RunEvent>> {
    const aborted = once(signal, 'abort');
    for (let next = 0; ; next += 1) {
      while (events.length <= next && !signal.aborted)
        await Promise.race([aborted, new Promise<void>((resolve) => wake.add(resolve))]);
      if (signal.aborted) return;
      yield { id: String(next), value: events[next]! };
    }
  }
  const shards = Array.from({ length: shardCount }, (_, slice) => ({
    shard: slice,
    region: 'eu',
    slice,
    count: shardCount,
  }));
  const plan: RunPlan = { runId: 'run1', scenario, shards, snapshotIntervalMs: 1000 };
  const coordinator = new Coordinator(
    {
      datasets: { put: async ({ id }) => void steps.push(`put ${id}`), get: unused, agree: unused },
      shards: {
        enqueue: async (all) => {
          steps.push('enqueue');
          enqueued.push(...all);
        },
        work: unused,
      },
      events: () => ({ append: tell, read, trim: unused }),
      clock: { nowMs: () => 0, epochMs: () => 5000 },
    },
    plan,
    {
      onWarmedUp: (warm, of) => steps.push(`${warm} of ${of} warm`),
      onDoubt: (doubt) => steps.push(doubt),
    },
  );
  return { coordinator, events, steps, enqueued, tell, plan };
}

describe('the start of a run', () => {
  it('is set a little ahead, once every shard has warmed up', async () => {
    const { coordinator, events, tell } = led(3);
    const starting = coordinator.start();
    await new Promise(setImmediate);
    await tell({ type: 'warmed-up', shard: 2 });
    await tell({ type: 'warmed-up', shard: 0 });
    await tell({ type: 'warmed-up', shard: 0 });
    expect(events.some(({ type }) => type === 'run-start')).toBe(false);
    await tell({ type: 'warmed-up', shard: 1 });
    const startAtEpochMs = await starting;
    expect(startAtEpochMs).toBeGreaterThan(5000);
    expect(events.at(-1)).toEqual({ type: 'run-start', startAtEpochMs });
  });

  it('finds the data sets and the whole plan in place', async () => {
    const { coordinator, steps, enqueued, plan } = led(1);
    await coordinator.handOut([dataset]);
    expect(steps).toEqual(['put abc', 'enqueue']);
    expect(enqueued).toEqual([{ shard: 0, region: 'eu', slice: 0, count: 1, plan }]);
  });

  it('may be of one region only', async () => {
    const { coordinator, enqueued, plan } = led(2);
    await coordinator.handOut([], 'us');
    expect(enqueued).toEqual([]);
    await coordinator.handOut([], 'eu');
    expect(enqueued).toEqual(plan.shards.map((slice) => ({ ...slice, plan })));
  });

  it('tells how many shards are warm, each of them once', async () => {
    const { coordinator, steps, tell } = led(2);
    const starting = coordinator.start();
    for (const shard of [1, 1, 0]) await tell({ type: 'warmed-up', shard });
    await starting;
    expect(steps).toEqual(['1 of 2 warm', '2 of 2 warm']);
  });

  it('hears what workers doubt, and comes all the same', async () => {
    const { coordinator, steps, tell } = led(1);
    const starting = coordinator.start();
    await tell({ type: 'worker-doubt', workerId: 'w7', message: 'own/m: no answer' });
    await tell({ type: 'warmed-up', shard: 0 });
    await starting;
    expect(steps).toEqual(['own/m: no answer', '1 of 1 warm']);
  });

  it('is that which somebody else has set already', async () => {
    const { coordinator, events, tell } = led(2);
    await tell({ type: 'warmed-up', shard: 0 });
    await tell({ type: 'run-start', startAtEpochMs: 777 });
    expect(await coordinator.start()).toBe(777);
    expect(events).toHaveLength(2);
  });

  it('is the first one where two set it at once', async () => {
    const { coordinator, events, tell } = led(1);
    const starting = coordinator.start();
    const other = tell({ type: 'run-start', startAtEpochMs: 777 });
    await tell({ type: 'warmed-up', shard: 0 });
    await other;
    expect(await starting).toBe(777);
    expect(events.filter(({ type }) => type === 'run-start')[0]).toEqual({
      type: 'run-start',
      startAtEpochMs: 777,
    });
  });

  it('is not waited for any longer than the signal says', async () => {
    const { coordinator } = led(1);
    const patience = new AbortController();
    const starting = coordinator.start(patience.signal);
    patience.abort(new Error('nobody comes'));
    await expect(starting).rejects.toThrow('nobody comes');
  });

  it('comes although the run was stopped meanwhile: the shards end by themselves then', async () => {
    const { coordinator, events, tell } = led(1);
    const starting = coordinator.start();
    await coordinator.stop('drain', 'interrupted');
    await tell({ type: 'warmed-up', shard: 0 });
    await starting;
    expect(events.map(({ type }) => type)).toEqual(['run-stop', 'warmed-up', 'run-start']);
  });

  it('is refused with the reason where a worker fails before', async () => {
    const { coordinator, events, tell } = led(2);
    const starting = coordinator.start();
    starting.catch(() => {});
    await tell({ type: 'warmed-up', shard: 0 });
    await tell({ type: 'worker-failed', workerId: 'w7', message: 'no memory' });
    await expect(starting).rejects.toMatchObject({
      code: 'E_INTERNAL',
      message: 'worker w7 failed before the start: no memory',
    });
    expect(events.some(({ type }) => type === 'run-start')).toBe(false);
  });

  it('is refused with exit code 2 and what to do where a worker cannot take part as things are', async () => {
    const { coordinator, tell } = led(2);
    const starting = coordinator.start();
    starting.catch(() => {});
    const failure = { message: '/q.csv is not there', hint: 'put it there', exitCode: 2 } as const;
    await tell({ type: 'worker-failed', workerId: 'w7', ...failure });
    await expect(starting).rejects.toMatchObject({
      ...failure,
      code: 'E_FILE',
      message: 'worker w7 failed before the start: /q.csv is not there',
    });
  });

  it('does not wait for shards where there are none', async () => {
    const { coordinator, events } = led(0);
    await coordinator.start();
    expect(events.map(({ type }) => type)).toEqual(['run-start']);
  });
});

it('passes a stop on, as often as it is asked for', async () => {
  const { coordinator, events } = led(1);
  await coordinator.stop('drain', 'interrupted');
  await coordinator.stop('now', 'interrupted');
  expect(events).toEqual([
    { type: 'run-stop', mode: 'drain', reason: 'interrupted', atEpochMs: 5000 },
    { type: 'run-stop', mode: 'now', reason: 'interrupted', atEpochMs: 5000 },
  ]);
});

function unused(): never {
  throw new Error('nothing asks for this');
}
