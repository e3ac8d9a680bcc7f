import { expect, it } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';

it('a run names the region that has no worker, sends nothing and leaves nothing behind', async () => {
  await using simulator = await simulatorProcess();
  await using fleet = await Fleet.start({ workers: { east: 1 } });
  const scenario = fleetScenario(simulator.url, { open: steady(10, 2) });
  const path = await fleet.folder.write('scenario.json', scenario);
  const end = await fleet.command(['run', path, '--quiet', '--ready-timeout', '3s']).ended;
  expect(end.exitCode).toBe(97);
  expect(end.stderr).toMatch(/west/);
  expect(end.stderr).not.toMatch(/east has no/);
  expect(end.stderr).toMatch(/tokenstorm worker/);
  expect((await simulator.summary()).received).toBe(0);
  expect((await fleet.command(['runs', '--json']).ended).stdout).not.toContain('"fleet"');
}, 60_000);

it('a run says that there is no aggregator', async () => {
  await using fleet = await Fleet.start({ workers: { east: 1, west: 1 }, aggregators: 0 });
  const path = await fleet.folder.write(
    's.json',
    fleetScenario('http://127.0.0.1:1', { open: steady(10, 2) }),
  );
  const end = await fleet.command(['run', path, '--quiet', '--ready-timeout', '3s']).ended;
  expect(end.exitCode).toBe(97);
  expect(end.stderr).toMatch(/tokenstorm aggregator/);
}, 60_000);
