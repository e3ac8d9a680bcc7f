import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportOf } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { untilReceived } from '../../support/truth.ts';

let simulator: SimulatorProcess;
let fleet: Fleet;

beforeAll(async () => {
  const quick = JSON.stringify({ ttft_ms: 50, itl_ms: 10, tokens: 5 });
  simulator = await simulatorProcess(['--any-model', '--all-models', quick]);
  fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
}, 90_000);

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await simulator.close();
});

const scenario = (model: string, seconds: number) =>
  fleetScenario(simulator.url, { [model]: steady(20, seconds) });

it('two who attach see the same, one who leaves changes nothing, and the report goes where asked', async () => {
  const run = await fleet.run(scenario('watched', 90));
  await untilReceived(simulator.url, ['watched'], 10);
  const attach = (...words: string[]) => fleet.command(['attach', 'latest', ...words]);
  const file = `${fleet.folder.path}/attached.json`;
  const shown = attach('--json', '--allow-invalid', '-o', file);
  const leaving = attach('--ui', 'simple');
  await until('a line of progress', () => leaving.stderr.includes('running'));
  leaving.signal('SIGINT');
  const left = await leaving.ended;
  expect(left).toMatchObject({ exitCode: 130, stdout: '' });
  const before = (await simulator.summary()).received;
  await untilReceived(simulator.url, ['watched'], before + 40);
  await fleet.command(['stop', 'latest']).ended;
  const led = await run.end();
  expect(left.stderr).toContain(
    `Left. The run goes on: tokenstorm stop ${led.report.run.id} --redis ${fleet.redis.url} ends it.`,
  );
  const end = await shown.ended;
  expect(reportOf(end)).toEqual(led.report);
  const { scheduled, completed } = led.report.accounting;
  expect(completed).toBe(scheduled);
  expect([led.exitCode, end.exitCode]).toEqual([130, 130]);
  expect(end.stderr).toContain(`Report written to ${file}`);
  // Once more, after its end.
  const again = await attach('--json', '--allow-invalid').ended;
  expect([again.exitCode, reportOf(again)]).toEqual([130, led.report]);
}, 120_000);

it('whoever attaches to a run that still waits does not start it before it has the workers that it wants', async () => {
  const run = await fleet.run(scenario('patient', 3), ['--min-workers', '2', '--ready-timeout', '60s']);
  await until('the run to be known', async () =>
    (await fleet.command(['runs', '--json']).ended).stdout.includes('"waiting"'),
  );
  const attached = fleet.command(['attach', 'latest', '--json', '--allow-invalid']);
  await until('it to wait', () => attached.stderr.includes('region east has 1 of 2 workers'));
  expect((await simulator.summary()).models['patient']).toBeUndefined();
  const workers = [fleet.worker('east'), fleet.worker('west')];
  const { report } = await run.end();
  expect(report.accounting).toMatchObject({ scheduled: 60, completed: 60 });
  expect(reportOf(await attached.ended)).toEqual(report);
  for (const worker of workers) worker.signal('SIGTERM');
  await Promise.all(workers.map(({ ended }) => ended));
}, 90_000);
