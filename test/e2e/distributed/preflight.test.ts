import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closedPort } from '../../support/closed-port.ts';
import { Fleet } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';

const oneRegion = { regions: { east: '100%' } };
let fleet: Fleet;

beforeAll(async () => void (fleet = await Fleet.start({ workers: { east: 2 } })), 60_000);
afterAll(() => fleet[Symbol.asyncDispose]());

async function runOf(url: string, words: readonly string[] = []) {
  const path = await fleet.folder.write('s.json', fleetScenario(url, { open: steady(10, 2) }, oneRegion));
  return fleet.command(['run', path, '--json', '--allow-invalid', ...words]).ended;
}

it('a server that is down fails the run before its start, with who asked and what to do, and leaves nothing', async () => {
  const end = await runOf(`http://127.0.0.1:${await closedPort()}/v1`);
  expect([end.exitCode, end.stdout]).toEqual([2, '']);
  expect(end.stderr).toMatch(
    /error: worker \S+ failed before the start: to-open\/open: no answer from http:\/\/127\.0\.0\.1:\d+/,
  );
  expect(end.stderr).toContain('--no-preflight starts the load all the same');
  expect((await fleet.command(['runs', '--json']).ended).stdout).toBe('[]\n');
}, 60_000);

it('a fault that all shards of a worker meet is one event of that worker', async () => {
  const redis = new Redis(fleet.redis.url);
  const reader = new Redis(fleet.redis.url);
  const told: string[] = [];
  const watching = (async () => {
    for (let after = '0'; ;) {
      const [runId] = await redis.zrevrange('{tokenstorm}:runs', 0, 0);
      if (runId === undefined) continue;
      const found = await reader.xread('STREAMS', `{tokenstorm}:run:${runId}:events`, after);
      for (const [id, [, text = '']] of found?.[0]?.[1] ?? []) {
        after = id;
        const event = JSON.parse(text) as { type: string; workerId?: string };
        if (event.type === 'worker-failed') told.push(event.workerId ?? '');
        if (event.type === 'run-stop') return;
      }
    }
  })();
  await runOf(`http://127.0.0.1:${await closedPort()}/v1`);
  await watching;
  redis.disconnect();
  reader.disconnect();
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told).size).toBe(told.length);
}, 60_000);

it('each worker asks once, for all of its shards, and not where nobody wants it', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 5 } });
  const asked = await runOf(simulator.url);
  expect(asked.exitCode).toBe(0);
  // Of each of two workers: the list of models. There is no key to be tried.
  const counts = await simulator.summary();
  expect(counts.outcomes).toMatchObject({ completed: 20, rejected: 0 });
  expect(counts.other_requests).toBe(2);
  await simulator.reset();
  const unasked = await runOf(simulator.url, ['--no-preflight']);
  expect(unasked.exitCode).toBe(0);
  expect(await simulator.summary()).toMatchObject({ received: 20, other_requests: 0 });
}, 60_000);
