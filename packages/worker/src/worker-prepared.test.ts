import type { RunEvent, RunPlan, ShardPreparation } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { planOf, transportOf } from './__fixtures__/run-setup.ts';
import { workload } from './request/__fixtures__/request-setup.ts';
import { Worker } from './worker.ts';

/** A run that needs a variable which the worker does not have. */
function lacking(runId: string): RunPlan {
  const plan = planOf([workload()]);
  const [target] = plan.scenario.targets;
  const targets = [{ ...target!, apiKey: '${NOT_THERE}' }];
  return { ...plan, runId, scenario: { ...plan.scenario, targets } };
}

it('is ready for the runs of others before a shard of them comes, and leaves nothing of them open', async () => {
  const told = { reading: 0 };
  const untilAborted = async (signal: AbortSignal) => {
    told.reading += 1;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    told.reading -= 1;
    return { done: true, value: undefined } as const;
  };
  const base = transportOf();
  const prepare = Promise.withResolvers<ShardPreparation>();
  const worker = new Worker({
    workerId: 'w1',
    environment: {},
    transport: {
      ...base,
      events: (runId) => ({
        ...base.events(runId),
        read: ({ signal }) => ({ [Symbol.asyncIterator]: () => ({ next: () => untilAborted(signal) }) }),
      }),
      shards: {
        enqueue: async () => {},
        work: async (_handler, given) => {
          if (given !== undefined) prepare.resolve(given);
          return { [Symbol.asyncDispose]: async () => {} };
        },
      },
    },
  });
  await worker.start();
  const ready = await prepare.promise;
  await ready({ plan: planOf([workload()]), region: 'eu' });
  expect([told.reading, worker.status.runs.map(({ runId, shards }) => [runId, shards])]).toEqual([
    1,
    [['run1', 0]],
  ]);
  // What a run that has not started lacks here is told once a shard of it comes.
  await expect(ready({ plan: lacking('run2'), region: 'eu' })).rejects.toThrow('NOT_THERE');
  await worker[Symbol.asyncDispose]();
  expect([told.reading, worker.status.runs]).toEqual([0, []]);
});

it('stays out of a run under way for which it lacks something, and tells the run and whoever runs it', async () => {
  const base = transportOf();
  const appended: RunEvent[] = [];
  const unfit: string[] = [];
  const prepare = Promise.withResolvers<ShardPreparation>();
  await using worker = new Worker({
    workerId: 'w2',
    environment: {},
    onUnfit: ({ runId }, reason) => unfit.push(`${runId}: ${reason}`),
    transport: {
      ...base,
      events: (runId) => ({
        ...base.events(runId),
        append: async (event) => void appended.push(event),
        read: async function* ({ signal }) {
          yield { id: '1', value: { type: 'run-start', startAtEpochMs: base.clock.epochMs() - 1000 } };
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        },
      }),
      shards: {
        enqueue: async () => {},
        work: async (_handler, given) => {
          if (given !== undefined) prepare.resolve(given);
          return { [Symbol.asyncDispose]: async () => {} };
        },
      },
    },
  });
  await worker.start();
  const ready = await prepare.promise;
  const fit = { ...planOf([workload()]), runId: 'run1' };
  expect(await ready({ plan: fit, region: 'eu' })).toBe('ready');
  expect(await ready({ plan: lacking('run2'), region: 'eu' })).toBe('unfit');
  const headers = { ...planOf([workload({ headers: { 'x-client': '${NAME}' } })]), runId: 'run3' };
  expect(await ready({ plan: headers, region: 'eu' })).toBe('unfit');
  expect(unfit).toEqual([
    expect.stringMatching(/^run2: .*NOT_THERE/),
    expect.stringMatching(/^run3: .*NAME/),
  ]);
  const message = expect.stringMatching(/^worker w2 .*stays out of it: .*NOT_THERE/);
  expect(appended[0]).toEqual({ type: 'worker-doubt', workerId: 'w2', message });
  expect(appended).toHaveLength(2);
});
