import { expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

it('what a worker could not commit adds up with what the aggregator has, and is of no use without', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 50, itlMs: 20, tokens: 10 } });
  await using fleet = await Fleet.start({ aggregators: 0, leaseSeconds: 3 });
  const giveUp = ['--give-up', '5s'];
  const aggregator = fleet.aggregator(giveUp);
  const worker = fleet.worker('east', giveUp);
  await fleet.run(fleetScenario(simulator.url, { open: steady(40, 120) }, { regions: { east: '100%' } }));
  await until('the run to be under way', async () => (await simulator.summary()).received > 200);
  await fleet.redis.kill();
  const [left, kept] = await Promise.all([worker.ended, aggregator.ended]);
  expect([left.exitCode, kept.exitCode]).toEqual([97, 97]);
  const [leftovers = ''] = /\S+\.leftovers\.snapshots\.jsonl/.exec(left.stderr) ?? [];
  const [log = ''] = /\S+\.snapshots\.jsonl/.exec(kept.stderr) ?? [];
  const alone = await tokenstorm(['report', leftovers]);
  expect(alone.exitCode).toBe(2);
  expect(alone.stderr).toMatch(/what a worker could not commit/);
  const without = reportOf(await tokenstorm(['report', log, '--json']));
  const merged = reportOf(await tokenstorm(['report', log, leftovers, '--json']));
  const completed = (await readTruth(simulator.url)).filter(({ outcome }) => outcome === 'completed').length;
  expect(without.accounting.completed).toBeLessThan(completed);
  expect(merged.accounting).toMatchObject({ completed, scheduled: completed, lost: 0 });
  expect(merged).toMatchObject({
    verdict: 'aborted',
    run: { id: without.run.id, stop_reason: 'infrastructure' },
  });
  expect(merged.validity.reasons.map(({ code }) => code)).toContain('incomplete');
}, 90_000);
