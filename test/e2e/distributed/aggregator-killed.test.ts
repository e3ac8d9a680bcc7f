import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Report } from '@tokenstorm/core';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { asked } from '../../support/influx-windows.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

it('a report is the same when its aggregator is killed and a standby goes on', async () => {
  await using simulator = await simulatorProcess();
  const answer = { ttftMs: 50, itlMs: 10, tokens: 5 };
  await simulator.setModels({ open: answer, closed: answer });
  await using fleet = await Fleet.start({ workers: { east: 1, west: 1 }, leaseSeconds: 4, influx: true });
  const [active] = fleet.aggregators;
  const scenario = fleetScenario(simulator.url, {
    open: steady(40, 15),
    closed: { requests: 200, concurrency: 4 },
  });
  const disturbed = await fleet.run(scenario);
  await until('the run to be under way', async () => (await simulator.summary()).received > 100);
  fleet.aggregator();
  await sleep(3000);
  active?.signal('SIGKILL');
  const { report } = await disturbed.end();
  const received = (await readTruth(simulator.url)).length;
  expect(report.accounting).toMatchObject({ scheduled: received, completed: received, lost: 0 });
  // The one that goes on looks whether all windows are in InfluxDB.
  expect(report.notes.join()).not.toContain('InfluxDB');
  const twin = await (await fleet.run(scenario)).end();
  expect(countsOf(report)).toEqual(countsOf(twin.report));
}, 120_000);

it('windows that an aggregator took with it are counted in the report', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 50, itlMs: 10, tokens: 5 } });
  await using fleet = await Fleet.start({ workers: { east: 1, west: 1 }, leaseSeconds: 4, influx: true });
  const [active] = fleet.aggregators;
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(40, 30) }));
  await until('the run to be under way', async () => (await simulator.summary()).received > 400);
  const standby = fleet.aggregator();
  await until('another aggregator', () => standby.stderr.includes('ready for'));
  active?.signal('SIGKILL');
  await until('it to go on', () => standby.stderr.includes('from where another aggregator left off'));
  await sleep(6000);
  // As if they had waited in the one that was killed, for longer than windows are written again.
  await asked(fleet.influx!.url, 'DELETE FROM tokenstorm_requests', 'tokenstorm');
  const { report } = await run.end();
  expect(report.accounting.scheduled).toBe(1200);
  expect(report.notes.join()).toMatch(
    /InfluxDB lacks windows of \S+: \d+ requests of 1,200 are in none of them\./,
  );
}, 120_000);

/** Everything but times and the prompts' lengths: what makes generated prompts unique is another text in each run. */
function countsOf({ accounting, errors, tokens, groups, windows }: Report) {
  return {
    accounting,
    errors,
    outputTokens: tokens.output,
    windowed: windows.reduce((sum, window) => sum + window.accounting.scheduled, 0),
    groups: groups
      .filter(({ labels }) => labels.scenario === 'open')
      .map(({ labels, accounting: own, tokens: counted }) => ({ labels, own, output: counted.output }))
      .toSorted((one, other) => one.labels.region.localeCompare(other.labels.region)),
  };
}
