import { expect, it } from 'vitest';
import { reportOf } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

it('a run goes on when its coordinator is killed, and its report is there for whoever attaches', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 50, itlMs: 10, tokens: 5 } });
  await using fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(40, 10) }));
  await until('the run to be under way', async () => (await simulator.summary()).received > 40);
  run.process.signal('SIGKILL');
  const attached = await fleet.command(['attach', 'latest', '--json', '--quiet', '--allow-invalid']).ended;
  const report = reportOf(attached);
  expect(report.accounting).toMatchObject({ scheduled: 400, completed: 400, lost: 0 });
  expect(await readTruth(simulator.url)).toHaveLength(400);
  const again = await fleet.command(['report', report.run.id, '--json']).ended;
  expect(reportOf(again).accounting).toEqual(report.accounting);
}, 90_000);

it('a run whose coordinator was killed before the start is started by whoever attaches', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 50, itlMs: 10, tokens: 5 } });
  await using fleet = await Fleet.start({ workers: { east: 1 } });
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(20, 3) }), [
    '--ready-timeout',
    '60s',
  ]);
  await until('the run to be known', async () =>
    (await fleet.command(['runs', '--json']).ended).stdout.includes('"fleet"'),
  );
  run.process.signal('SIGKILL');
  fleet.worker('west');
  const attached = await fleet.command(['attach', 'latest', '--json', '--quiet', '--allow-invalid']).ended;
  expect(reportOf(attached).accounting).toMatchObject({ scheduled: 60, completed: 60 });
}, 90_000);
