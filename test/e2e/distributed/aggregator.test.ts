import { readdir } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';

it('an aggregator that is told to end gives its run to another, and their logs make the same report', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 4 } });
  await using fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
  const [first] = fleet.aggregators;
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(40, 25) }));
  await until('the run to be taken', () => /fleet: taken/.test(first?.stderr ?? ''));
  const second = fleet.aggregator();
  await until('the second aggregator', () => /ready for runs/.test(second.stderr));
  await until('the run to be under way', async () => (await simulator.summary()).received > 240);
  first?.signal('SIGTERM');
  const end = await first?.ended;
  expect(end).toMatchObject({ exitCode: 0 });
  expect(end?.stderr).toMatch(/left: it is another aggregator's/);
  const { report } = await run.end();
  expect(second.stderr).toMatch(/taken, from where another aggregator left off/);
  expect(report.accounting).toMatchObject({ scheduled: 1000, completed: 1000, lost: 0 });
  const logs = (await readdir(`${fleet.home}/runs`)).filter((name) => name.startsWith(report.run.id));
  expect(logs).toHaveLength(2);
  const environment = { TOKENSTORM_HOME: fleet.home };
  const again = reportOf(await tokenstorm(['report', report.run.id, '--json'], { environment }));
  expect(again.accounting).toEqual(report.accounting);
  expect(again.histograms).toEqual(report.histograms);
  expect(again.windows.map(({ accounting }) => accounting)).toEqual(
    report.windows.map(({ accounting }) => accounting),
  );
}, 90_000);

it('a fault while one run is added up ends that run, says so, and touches no other', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 4 } });
  await using fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
  const scenario = (name: string) => fleetScenario(simulator.url, { open: steady(20, 12) }, { name });
  const sound = await fleet.run(scenario('sound'));
  const broken = await fleet.run(scenario('broken'));
  const [aggregator] = fleet.aggregators;
  const idOf = () => /run (\S+): broken: taken/.exec(aggregator?.stderr ?? '')?.[1];
  await until('both runs to be under way', async () => {
    return idOf() !== undefined && (await simulator.summary()).received > 60;
  });
  const redis = new Redis(fleet.redis.url);
  await redis.xadd(`{tokenstorm}:run:${idOf()}:snapshots`, '*', 's', 'no snapshot at all');
  redis.disconnect();
  const [well, ill] = await Promise.all([sound.end(), broken.end()]);
  expect(well.report.accounting).toMatchObject({ scheduled: 240, completed: 240 });
  expect(ill.exitCode).not.toBe(0);
  expect(ill.report).toMatchObject({
    verdict: 'aborted',
    run: { id: idOf(), stop_reason: 'infrastructure' },
  });
  expect(ill.report.notes.join()).toMatch(
    /ended early on an error of a worker or the aggregator: .*Nothing of it is here/,
  );
  expect(aggregator?.stderr).toMatch(/error: run \S+: it is ended because of an internal error/);
}, 90_000);

it.each([
  ['not-an-address', 2, /--redis|redis:\/\//],
  ['redis://:hunter22@127.0.0.1:1', 97, /refuses connections/],
])('an aggregator says what is wrong with %s, and no password', async (url, exitCode, problem) => {
  const end = await tokenstorm(['aggregator', '--redis', url]);
  expect(end.exitCode).toBe(exitCode);
  expect(end.stderr).toMatch(problem);
  expect(end.stderr).not.toContain('hunter22');
});
