import { Random, checkAccounting } from '@tokenstorm/core';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { planOf } from './__fixtures__/snapshots.ts';
import { shardStory, storyAccounting, storyModels } from './__fixtures__/shard-story.ts';
import type { ShardStory } from './__fixtures__/shard-story.ts';
import { mixedStories } from './__fixtures__/story-order.ts';
import { RunSum } from './run-sum.ts';

const seeds = Array.from({ length: 400 }, (_, seed) => seed);
const shardCount = 3;
const plan = planOf({ shards: shardCount, seconds: 14 });

describe('whatever becomes of the holders of shards, and in whatever order they tell of it', () => {
  it.each(seeds)(
    'every request is counted once, and lost where nobody can know its outcome (%i)',
    async (seed) => {
      const random = new Random(`lost requests ${seed}`);
      const stories = Array.from({ length: shardCount }, (_, shard) => shardStory(shard, random));
      const sum = new RunSum(plan, { windowMs: 5000, windowsKeptMs: 60_000, turn: () => undefined });
      for (const snapshot of mixedStories(stories, random)) {
        await sum.add(snapshot);
        if (random.nextUnit() < 0.1) await endSome(sum, stories);
      }
      await endSome(sum, stories);
      const missing = stories.filter(({ isFinished }) => !isFinished);
      expect(sum.epochs.areDone).toBe(missing.length === 0);

      const result = await sum.end();
      for (const model of storyModels) {
        const { accounting } = result.totals.figures({ model });
        checkAccounting(accounting);
        expect(accounting).toEqual(storyAccounting(stories, model));
      }
      const { lost, scheduled } = result.totals.figures().accounting;
      expect(result.missing.map(({ shard }) => shard)).toEqual(missing.map(({ shard }) => shard));
      expect(result.takeOvers).toEqual({
        yields: stories.reduce((count, { takeOvers }) => count + takeOvers.yield, 0),
        losses: stories.reduce((count, { takeOvers }) => count + takeOvers.loss, 0),
      });
      const whole = result.windows.filter(({ labels }) => Object.keys(labels).length === 0);
      expect(whole.reduce((count, { accounting }) => count + accounting.scheduled, 0)).toBe(scheduled);
      expect(result.gaps.reduce((count, gap) => count + gap.lost, 0)).toBe(lost);
    },
  );

  it('holds for stories that have everything in them', () => {
    const stories = seeds.flatMap((seed) => {
      const random = new Random(`lost requests ${seed}`);
      return Array.from({ length: shardCount }, (_, shard) => shardStory(shard, random));
    });
    const sums = (figure: (story: ShardStory) => number) =>
      stories.reduce((count, story) => count + figure(story), 0);
    expect(sums(({ takeOvers }) => takeOvers.loss)).toBeGreaterThan(100);
    expect(sums(({ takeOvers }) => takeOvers.yield)).toBeGreaterThan(100);
    expect(
      sums(({ killed, epochs }) => (epochs.some(({ length }) => length === 0) ? killed.size : 0)),
    ).toBeGreaterThan(50);
    expect(sums(({ arrivals }) => arrivals.filter(({ fate }) => fate === 'lost').length)).toBeGreaterThan(
      1000,
    );
  });
});

/** Asks for the end of what other holders went on with: those that were killed have one, be all they stored read or not. */
async function endSome(sum: RunSum, stories: readonly ShardStory[]): Promise<void> {
  for (const name of sum.epochs.superseded) {
    const { killed, epochs } = stories[name.shard]!;
    const stored: readonly MetricsSnapshot[] = epochs[name.epoch - 1]!;
    if (killed.has(name.epoch)) await sum.endEpoch(name, stored.length);
  }
}
