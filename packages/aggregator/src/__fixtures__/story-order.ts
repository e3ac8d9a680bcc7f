import type { MetricsSnapshot, Random } from '@tokenstorm/core';
import type { ShardStory } from './shard-story.ts';

/** Each epoch's snapshots in their order, epochs and shards at random, one in four followed by an earlier one again. */
export function mixedStories(stories: readonly ShardStory[], random: Random): MetricsSnapshot[] {
  const left = stories.flatMap(({ epochs }) => epochs.map((snapshots) => [...snapshots]));
  const order: MetricsSnapshot[] = [];
  for (;;) {
    const open = left.filter(({ length }) => length > 0);
    if (open.length === 0) return order;
    const next = open[Math.floor(random.nextUnit() * open.length)]!.shift()!;
    order.push(next);
    if (random.nextUnit() < 0.25) order.push(order[Math.floor(random.nextUnit() * order.length)]!);
  }
}
