import type { ShardPreparation } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { planOf, transportOf } from './__fixtures__/run-setup.ts';
import { workload } from './request/__fixtures__/request-setup.ts';
import { Worker } from './worker.ts';

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
  // What a run lacks here is told once a shard of it comes.
  const lacking = { ...planOf([workload()]), runId: 'run2' };
  const [target] = lacking.scenario.targets;
  const targets = [{ ...target!, apiKey: '${NOT_THERE}' }];
  const plan = { ...lacking, scenario: { ...lacking.scenario, targets } };
  await expect(ready({ plan, region: 'eu' })).rejects.toThrow('NOT_THERE');
  await worker[Symbol.asyncDispose]();
  expect([told.reading, worker.status.runs]).toEqual([0, []]);
});
