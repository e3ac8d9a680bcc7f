import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportOf } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

it('when Redis is gone for good everybody ends and says so, and what was measured makes a report', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 50, itlMs: 10, tokens: 5 } });
  await using fleet = await Fleet.start({ leaseSeconds: 5 });
  const giveUp = ['--give-up', '10s'];
  fleet.aggregator(giveUp);
  for (const region of ['east', 'west']) fleet.worker(region, giveUp);
  const [unwanted] = fleet.aggregators;
  unwanted?.signal('SIGTERM');
  await unwanted?.ended;
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(40, 120) }), giveUp);
  await until('the run to be under way', async () => (await simulator.summary()).received > 200);
  await fleet.redis.kill();
  const ends = await Promise.all(
    [...fleet.workers, ...fleet.aggregators.slice(1), run.process].map(({ ended }) => ended),
  );
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([97, 97, 97, 97]);
  for (const { stderr } of ends) expect(stderr).toMatch(/Redis/);
  const received = (await readTruth(simulator.url)).filter(({ outcome }) => outcome === 'completed').length;
  const logs = (await readdir(fleet.home, { recursive: true })).filter((name) =>
    name.endsWith('.snapshots.jsonl'),
  );
  expect(logs.length).toBeGreaterThanOrEqual(3);
  const merged = await fleet.command(['report', ...logs.map((name) => join(fleet.home, name)), '--json'])
    .ended;
  const { accounting } = reportOf(merged);
  const { scheduled, completed, failed, dropped, lost, cancelled } = accounting;
  expect(completed + failed + dropped + lost + cancelled).toBe(scheduled);
  // Whatever had ended when the workers gave up is in one of the files.
  expect(completed).toBe(received);
}, 120_000);
