import { expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';

const oneRegion = { regions: { east: '100%' } };

it('a Redis that comes back without its data ends the run, and the aggregator has what was measured', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 50, itlMs: 10, tokens: 5 } });
  await using fleet = await Fleet.start({ workers: { east: 1 } });
  const scenario = fleetScenario(simulator.url, { open: steady(40, 60) }, oneRegion);
  const run = await fleet.run(scenario);
  await until('the run to be under way', async () => (await simulator.summary()).received > 200);
  await fleet.redis.kill();
  await fleet.redis.start();
  const end = await run.process.ended;
  expect([end.exitCode, end.stdout]).toEqual([97, '']);
  expect(end.stderr).toMatch(/error: Redis was away and came back without run \S+: it has lost its data/);
  const [aggregator] = fleet.aggregators;
  const said = /run (\S+): it is in Redis no more, and over without a report\. .*tokenstorm report (\S+)/;
  await until('the aggregator to say so', () => said.test(aggregator!.stderr));
  const [, runId, log] = said.exec(aggregator!.stderr)!;
  const report = JSON.parse((await fleet.command(['report', log!, '--json']).ended).stdout);
  expect(report.run.id).toBe(runId);
  expect(report.accounting.completed).toBeGreaterThan(100);
  expect(report.validity.reasons.map(({ code }: { code: string }) => code)).toContain('incomplete');
  // All of them are of use for the next one.
  await simulator.reset();
  const next = await (
    await fleet.run(fleetScenario(simulator.url, { open: steady(10, 2) }, oneRegion))
  ).end();
  expect(next.report.accounting).toMatchObject({ scheduled: 20, completed: 20 });
}, 90_000);

it('before the start it is said as well, and is no interruption', async () => {
  await using fleet = await Fleet.start({ workers: { east: 1 } });
  const run = await fleet.run(fleetScenario('http://127.0.0.1:1/v1', { open: steady(5, 5) }), []);
  await until('the run to be known', async () =>
    (await fleet.command(['runs', '--json']).ended).stdout.includes('"waiting"'),
  );
  await fleet.redis.kill();
  await fleet.redis.start();
  const end = await run.process.ended;
  expect([end.exitCode, end.stdout]).toEqual([97, '']);
  expect(end.stderr).toContain('it has lost its data');
}, 90_000);
