import { Random, buildReport } from '@tokenstorm/core';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { planOf, threshold } from './__fixtures__/snapshots.ts';
import { shardStory } from './__fixtures__/shard-story.ts';
import type { ShardStory } from './__fixtures__/shard-story.ts';
import { mixedStories } from './__fixtures__/story-order.ts';
import type { RunResult } from './run-result.ts';
import { decodeRunState, encodeRunState } from './run-state.ts';
import { RunSum } from './run-sum.ts';

const seeds = Array.from({ length: 80 }, (_, seed) => seed);
const shardCount = 3;
const plan = planOf({
  shards: shardCount,
  seconds: 14,
  warmup: 1,
  thresholds: [
    threshold('ttft', 'p(90) < 3500ms', { window: 3 }),
    threshold('errors', 'rate < 15%', { abortOnFail: true, delay: 3 }),
    threshold('requests', 'count > 10'),
  ],
});
const newSum = () => new RunSum(plan, { windowMs: 2000, windowsKeptMs: 4000, turn: () => undefined });

type Step = MetricsSnapshot | { readonly shard: number; readonly epoch: number; readonly stored: number };

describe('a sum that was stored and restored at any moments, with snapshots that came before them again', () => {
  it.each(seeds)('goes on to the same report, byte for byte (%i)', async (seed) => {
    const random = new Random(`restored sum ${seed}`);
    const stories = Array.from({ length: shardCount }, (_, shard) => shardStory(shard, random));
    const steps = stepsOf(stories, random);
    const inOneGo = newSum();
    for (const step of steps) await take(inOneGo, step);
    expect(reportText(await (await restoring(steps, random)).end())).toBe(reportText(await inOneGo.end()));
  });
});

/** Snapshots in any order, and in between the ends of epochs that were killed. */
function stepsOf(stories: readonly ShardStory[], random: Random): Step[] {
  const ends = stories.flatMap(({ shard, killed, epochs }) =>
    [...killed].map((epoch) => ({ shard, epoch, stored: epochs[epoch - 1]!.length })),
  );
  const steps: Step[] = mixedStories(stories, random);
  for (const end of ends) steps.splice(Math.floor(random.nextUnit() * (steps.length + 1)), 0, end);
  return [...steps, ...ends];
}

async function take(sum: RunSum, step: Step): Promise<void> {
  if ('stored' in step) await sum.endEpoch(step, step.stored);
  else await sum.add(step);
}

async function restoring(steps: readonly Step[], random: Random): Promise<RunSum> {
  let sum = newSum();
  for (const [index, step] of steps.entries()) {
    await take(sum, step);
    if (random.nextUnit() > 0.2) continue;
    const bytes = encodeRunState(sum.state());
    sum = newSum();
    sum.restore(decodeRunState(bytes));
    const again = Math.floor(random.nextUnit() * 4);
    const known = steps.slice(Math.max(0, index + 1 - again), index + 1).filter((each) => 'sequence' in each);
    for (const snapshot of known) await take(sum, snapshot);
  }
  return sum;
}

function reportText(result: RunResult): string {
  const report = buildReport({
    run: {
      id: plan.runId,
      name: 'restored',
      mode: 'distributed',
      seed: 1,
      startedAtEpochMs: 0,
      durationMs: result.endMs,
      regions: ['eu'],
      workers: result.health.workers,
      version: '1',
      workloads: [],
    },
    ...result,
    missingShards: result.missing.length,
    measuredSeconds: 13,
    hasSlo: false,
    generator: {},
    notes: [JSON.stringify(result.health), JSON.stringify(result.missing), JSON.stringify(result.takeOvers)],
    errorExamples: {},
  });
  return JSON.stringify(report, undefined, 1);
}
