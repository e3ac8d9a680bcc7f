import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { Fleet } from '../support/fleet.ts';
import { fleetScenario, steady } from '../support/fleet-scenario.ts';
import { simulatorProcess } from '../support/simulator.ts';

/**
 * What a run holds in Redis: 64 shards and 4 groups for ten minutes, as of an hour's run, since nothing of it may grow.
 * `node --conditions=source test/bench/redis-memory.ts [--minutes 10]` prints a row for every half minute and the largest keys.
 */
const { values: given } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const seconds = Number(given.minutes) * 60;
const models = ['a', 'b'];

await using simulator = await simulatorProcess(['--truth', 'summary']);
await simulator.setModels(
  Object.fromEntries(models.map((model) => [model, { ttftMs: 100, itlMs: 10, tokens: 30 }])),
);
await using fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
const redis = new Redis(fleet.redis.url);
const idleBytes = await usedBytes();
const workloads = Object.fromEntries(models.map((model) => [model, steady(20, seconds)]));
// 32 shards in each of two regions, two models: 64 shards and 4 groups.
const run = await fleet.run(fleetScenario(simulator.url, workloads), ['--shards', '32']);
const ended = run.end();
const over = new AbortController();
void ended.finally(() => over.abort());
const startMs = performance.now();
let mostBytes = 0;
let atMost: readonly (readonly [string, number])[] = [];
for (let row = 0; !over.signal.aborted; row += 1) {
  const bytes = await usedBytes();
  if (bytes > mostBytes) [mostBytes, atMost] = [bytes, await largestKeys()];
  if (row % 30 === 0)
    print(`${Math.round((performance.now() - startMs) / 1000)} s: ${kilobytes(bytes - idleBytes)}`);
  await sleep(1000);
}
const { report } = await ended;
print(`requests: ${JSON.stringify(report.accounting)}; groups: ${report.groups.length}; shards: 64`);
print(`before the run: ${kilobytes(idleBytes)}; most: ${kilobytes(mostBytes - idleBytes)} more`);
await sleep(2000);
print(
  `after the report: ${kilobytes((await usedBytes()) - idleBytes)} more, in ${(await redis.keys('*')).length} keys`,
);
print(
  `largest keys at the most:\n${atMost.map(([key, bytes]) => `  ${kilobytes(bytes)} ${key}`).join('\n')}`,
);
redis.disconnect();

async function usedBytes(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}

/** Kinds of keys by what they hold in all, the largest ones. */
async function largestKeys(): Promise<readonly (readonly [string, number])[]> {
  const kinds = new Map<string, number>();
  for (const key of await redis.keys('*')) {
    const kind = key.replaceAll(/[0-9]{2,}[\w-]*/g, '*').replaceAll(/:\d+/g, ':*');
    kinds.set(kind, (kinds.get(kind) ?? 0) + Number(await redis.memory('USAGE', key)));
  }
  return [...kinds].toSorted(([, one], [, other]) => other - one).slice(0, 8);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString('en-US')} kB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
