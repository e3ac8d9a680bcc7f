import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Figure } from '../product/figure.ts';
import { benchFleet } from './bench-fleet.ts';

const shards = 64;
const seconds = 20;

/** G7: what 64 shards of four series groups send to Redis: 200 requests a second, 50 tokens each. */
export async function snapshotSize(): Promise<Figure[]> {
  await using fleet = await benchFleet('worker');
  await fleet.simulator.setModels(
    Object.fromEntries(models.map((model) => [model, { ttftMs: 100, itlMs: 5, tokens: 50 }])),
  );
  const redis = new Redis(fleet.redis.url);
  const words = ['--url', fleet.simulator.url, ...models.flatMap((model) => ['--model', model])];
  const run = fleet.run([...words, '--request-rate', '50', '--duration', `${seconds}s`]);
  const sizes: number[] = [];
  const seen = new Set<string>();
  const ended = new AbortController();
  void run.finally(() => ended.abort());
  while (!ended.signal.aborted) {
    for (const key of await redis.keys('*:snapshots')) {
      const entries = await redis.callBuffer('XRANGE', key, '-', '+');
      for (const [id, fields] of entries as [Buffer, Buffer[]][]) {
        if (seen.has(id.toString())) continue;
        seen.add(id.toString());
        sizes.push(fields.reduce((sum, field) => sum + field.length, 0));
      }
    }
    await sleep(200);
  }
  const report = await run;
  redis.disconnect();
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return [
    {
      goal: 'G7',
      name: `snapshot of a shard and second, ${report.groups.length} series groups, mean of ${sizes.length}`,
      unit: 'B',
      value: mean,
      atMost: 10_000,
    },
    { goal: 'G7', name: 'the largest of them', unit: 'B', value: Math.max(...sizes) },
    { goal: 'G7', name: `all ${shards} shards`, unit: 'kB/s', value: (mean * shards) / 1000 },
  ];
}

const models = ['a', 'b', 'c', 'd'];
