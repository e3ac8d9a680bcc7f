import { readFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Report } from '@tokenstorm/core';
import { reportOf, tokenstorm } from '../../support/command.ts';
import { Fleet } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

const bytes = 100e6;
/** Rows that are sent, and some. */
const head = 500;

let simulator: SimulatorProcess;
let fleet: Fleet;
let lines: readonly string[];

beforeAll(async () => {
  simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 4 } });
  fleet = await Fleet.start({ workers: { east: 2, west: 2 } });
  lines = questions();
  await fleet.folder.write('questions.jsonl', lines.join('\n'));
  await fleet.folder.write('head.jsonl', lines.slice(0, head).join('\n'));
}, 120_000);

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await simulator.close();
});

it('a data set of 100 MB is used by 4 workers in two regions', async () => {
  expect((await readFile(`${fleet.folder.path}/questions.jsonl`)).length).toBeGreaterThan(bytes);
  const words = ['--min-workers', '2', '--shards', '8', '--ready-timeout', '60s'];
  const { exitCode, report } = await (await fleet.run(scenario('questions.jsonl'), words)).end();
  expect(exitCode).toBe(0);
  expect(report.run).toMatchObject({ workers: 4, regions: ['east', 'west'] });
  const sent = await bodies();
  await simulator.reset();
  const local = await locally('head.jsonl');
  expect(report.accounting).toEqual(local.accounting);
  expect(report.accounting).toMatchObject({ scheduled: 120, completed: 120 });
  // Row for row what one process sends of the first rows.
  expect(sent).toEqual(await bodies());
}, 240_000);

it('is in Redis once, in chunks that expire, and is not sent again by another run', async () => {
  const redis = new Redis(fleet.redis.url);
  try {
    const [key = '', ...others] = await redis.keys('{tokenstorm}:dataset:*');
    expect(others).toEqual([]);
    // Each row as `{"columns":…}`, in chunks of 4 MiB, and what tells of them.
    const sent = bytes + lines.length * '{"columns":}'.length;
    expect(await redis.hlen(key)).toBe(Math.ceil(sent / (4 * 1024 * 1024)) + 1);
    expect(await redis.ttl(key)).toBeGreaterThan(86_000);
    const received = Number(/total_net_input_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]);
    const { exitCode } = await (await fleet.run(scenario('questions.jsonl'))).end();
    expect(exitCode).toBe(0);
    const receivedAfter = Number(/total_net_input_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]);
    expect(receivedAfter - received).toBeLessThan(5e6);
  } finally {
    redis.disconnect();
  }
}, 240_000);

/** Rows of words that compress as text does, each with its number. */
function questions(): readonly string[] {
  const rows: string[] = [];
  for (let written = 0; written <= bytes;) {
    const words = Array.from({ length: 60 }, (_, place) =>
      ((rows.length * 61 + place * 7919) % 9973).toString(36),
    );
    rows.push(JSON.stringify({ prompt: `Question ${rows.length}: ${words.join(' ')}` }));
    written += rows.at(-1)!.length + 1;
  }
  return rows;
}

function scenario(path: string): object {
  return fleetScenario(simulator.url, { open: steady(40, 3) }, { defaults: { prompts: { path } } });
}

async function locally(path: string): Promise<Report> {
  const file = await fleet.folder.write('local.json', scenario(path));
  return reportOf(await tokenstorm(['run', file, '--json', '--quiet', '--allow-invalid']));
}

async function bodies(): Promise<readonly string[]> {
  return (await readTruth(simulator.url)).map(({ body_hash }) => body_hash).toSorted();
}
