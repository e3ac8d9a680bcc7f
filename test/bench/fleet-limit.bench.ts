import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startRedis } from '../support/services.ts';
import type { ClientFigures, ClientOrder } from './limits/limit-client.ts';
import { medians } from './product/figure.ts';
import type { Figure } from './product/figure.ts';
import { figureTable } from './product/figure-table.ts';
import { machineLine } from './product/machine.ts';

/**
 * What a limit costs that several worker processes share through one Redis (goal G9): `node --conditions=source
 * test/bench/fleet-limit.bench.ts`, some 30 seconds a round. Four processes ask, each with its own connection.
 *
 *   --rounds 3       of which each figure is the median
 */
const { values: given } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });

const processes = 4;
const seconds = 8;
const warmUpSeconds = 3;
const entry = fileURLToPath(new URL('limits/limit-client.ts', import.meta.url));

interface Load {
  /** Of the fleet. */
  readonly offered: number;
  readonly limit: number;
}

interface LoadFigures {
  readonly admittedPerSecond: number;
  readonly tripsPerAdmission: number;
  /** Of Redis' one thread, for the scripts. */
  readonly redisShare: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const rounds: Figure[][] = [];
for (let round = 1; round <= Number(given.rounds); round += 1) {
  const figures = [
    ...limitedFigures(await measured({ offered: 28_000, limit: 22_000 })),
    ...unlimitedFigures(
      '20,000/s offered, limit 40,000/s',
      await measured({ offered: 20_000, limit: 40_000 }),
    ),
    ...unlimitedFigures('100/s offered, limit 200/s', await measured({ offered: 100, limit: 200 })),
  ];
  process.stderr.write(`round ${round}:\n${figureTable(figures)}\n\n`);
  rounds.push(figures);
}
process.stdout.write(`\n${machineLine(rounds.length)}\n\n${figureTable(medians(rounds))}\n`);

function limitedFigures({ admittedPerSecond, tripsPerAdmission, redisShare }: LoadFigures): Figure[] {
  const goal = 'G9';
  return [
    { goal, name: 'admissions through one Redis', unit: '1/s', value: admittedPerSecond, atLeast: 20_000 },
    { goal, name: 'round trips for an admission then', unit: '', value: tripsPerAdmission, atMost: 0.1 },
    { goal, name: 'CPU of Redis for it', unit: 'of a core', value: redisShare },
  ];
}

function unlimitedFigures(name: string, { p50Ms, p99Ms }: LoadFigures): Figure[] {
  return [
    { goal: 'G9', name: `added where it does not limit, p50 (${name})`, unit: 'ms', value: p50Ms },
    { goal: 'G9', name: `added where it does not limit, p99 (${name})`, unit: 'ms', value: p99Ms, atMost: 1 },
  ];
}

async function measured({ offered, limit }: Load): Promise<LoadFigures> {
  await using redis = await startRedis();
  const order: ClientOrder = {
    url: redis.url,
    runId: 'bench',
    buckets: { key: 'own', perMinute: { requests: limit * 60 }, burstSeconds: 1 },
    perSecond: offered / processes,
    seconds,
    warmUpSeconds,
  };
  const figures = await Promise.all(Array.from({ length: processes }, () => clientFigures(order)));
  const { calls, usedMs } = await scripts(redis.url);
  const admitted = figures.reduce((sum, figure) => sum + figure.admitted, 0);
  const takeMs = figures.flatMap((figure) => figure.takeMs).toSorted((one, other) => one - other);
  const at = (share: number) => takeMs[Math.floor(share * (takeMs.length - 1))] ?? NaN;
  const counted = seconds - warmUpSeconds;
  return {
    admittedPerSecond: admitted / counted,
    tripsPerAdmission: (calls * counted) / seconds / admitted,
    redisShare: usedMs / (seconds * 1000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

async function clientFigures(order: ClientOrder): Promise<ClientFigures> {
  const child = fork(entry, { execArgv: ['--conditions=source'] });
  child.send(order);
  const [figures] = (await once(child, 'message')) as [ClientFigures];
  child.disconnect();
  return figures;
}

async function scripts(url: string): Promise<{ readonly calls: number; readonly usedMs: number }> {
  const redis = new Redis(url);
  const statistics = await redis.info('commandstats');
  redis.disconnect();
  const [, calls, microseconds] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(statistics) ?? [];
  return { calls: Number(calls), usedMs: Number(microseconds) / 1000 };
}
