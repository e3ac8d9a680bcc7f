import { TokenstormError } from '@tokenstorm/core';
import { expect, it, vi } from 'vitest';
import { Aggregation } from './__fixtures__/aggregation.ts';
import { planOf, series, snapshot, threshold } from './__fixtures__/snapshots.ts';

it('a run goes on where the sum, the end of an epoch or a stop is refused, and asks again', async () => {
  const plan = planOf({ thresholds: [threshold('errors', 'rate < 1%', { abortOnFail: true })] });
  const run = new Aggregation(plan);
  const refusals: string[] = [];
  const refused = () => new TokenstormError('E_REDIS', 'no memory left');
  let isFull = true;
  const append = run.events.append.bind(run.events);
  run.events.append = (...events) => {
    if (isFull) throw refused();
    append(...events);
  };
  const lease = {
    plan,
    advance: async () => {
      if (isFull) throw refused();
      return true;
    },
    mayStillWrite: () => true,
    endEpoch: async () => {
      throw refused();
    },
  };
  const options = { lease, onRefusal: (problem: string) => refusals.push(problem) };
  const folding = run.aggregator(options).run(new AbortController().signal);
  run.snapshots.append(snapshot(1, { series: [series({ scheduled: 1, failed: 1 })] }), snapshot(2));
  await vi.waitUntil(() => refusals.length >= 3);
  expect(run.events.entries).toEqual([]);
  isFull = false;
  run.snapshots.append(
    snapshot(3),
    snapshot(4, { final: true, series: [series({ scheduled: 1, completed: 1 })] }),
  );
  const { accounting } = (await folding).totals.figures();
  expect(accounting).toMatchObject({ scheduled: 2, completed: 1, failed: 1 });
  expect(run.events.entries).toHaveLength(1);
  expect(new Set(refusals)).toEqual(new Set(['no memory left']));
});
