import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';

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

const scenario = (name: string, seconds: number, changes = {}) =>
  fleetScenario(simulator.url, { [name]: steady(20, seconds) }, { name, ...changes });

/** What `runs --json` says of each run, the newest first. */
async function states(): Promise<readonly (readonly unknown[])[]> {
  const { stdout } = await fleet.command(['runs', '--json']).ended;
  const runs = JSON.parse(stdout) as readonly Record<string, unknown>[];
  return runs.map(({ name, state, regions, verdict }) => [name, state, regions, verdict]);
}

it('runs are listed with where they stand, and their reports are found by their id', async () => {
  const empty = await fleet.command(['runs']).ended;
  expect(empty).toEqual({
    exitCode: 0,
    stdout: 'There are no runs yet on this machine or in this Redis.\n',
    stderr: '',
  });

  const ended = await (await fleet.run(scenario('first', 2))).end();
  const running = await fleet.run(scenario('second', 300));
  await until(
    'requests of the second',
    async () => ((await simulator.summary()).models['second']?.received ?? 0) > 5,
  );
  const waiting = await fleet.run(scenario('third', 5, { regions: { nowhere: '100%' } }));
  await until('three runs', async () => (await states()).length === 3);
  const both = ['east', 'west'];
  expect(await states()).toEqual([
    ['third', 'waiting', ['nowhere'], null],
    ['second', 'running', both, null],
    ['first', 'ended', both, 'passed'],
  ]);
  const table = await fleet.command(['runs']).ended;
  expect(table.stdout).toMatch(/│ Run .*│ Name .*│ State .*│ Validity .*│/);
  expect(table.stdout).toMatch(/│ first +│ passed +│ (valid|suspect|invalid) +│/);
  expect(table.stdout).toMatch(/│ second +│ running +│ - +│/);

  const { id } = ended.report.run;
  const report = await fleet.command(['report', id.slice(0, -2), '--json', '--allow-invalid']).ended;
  expect([report.exitCode, reportOf(report)]).toEqual([0, ended.report]);
  const early = await fleet.command(['report', 'latest']).ended;
  expect(early.exitCode).toBe(2);
  expect(early.stderr).toMatch(/error: run \S+ has not ended yet\n {2}hint: tokenstorm attach \S+ --redis/);
  const unknown = await fleet.command(['report', 'never']).ended;
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain('error: there is no run never in Redis\n  hint: The latest runs in it: ');
  expect(unknown.stderr).toContain(id);

  // On another machine: what ended is known there from then on, also without Redis.
  const elsewhere = { TOKENSTORM_HOME: `${fleet.folder.path}/elsewhere` };
  expect(await fleet.command(['runs', 'tag', id, 'baseline'], elsewhere).ended).toMatchObject({
    exitCode: 0,
  });
  const tagged = await tokenstorm(['report', '@baseline', '--json', '--allow-invalid'], {
    environment: elsewhere,
  });
  expect(reportOf(tagged)).toEqual(ended.report);
  const trend = await fleet.command(['runs', 'trend', '--name', 'first', '--json'], elsewhere).ended;
  expect(JSON.parse(trend.stdout)).toMatchObject({
    runs: [{ id, value: ended.report.metrics.ttft?.p95, tags: ['baseline'] }],
  });
  // What is deleted does not come back with the next look at Redis.
  expect((await fleet.command(['runs', 'delete', id], elsewhere).ended).stdout).toBe(`Deleted ${id}.\n`);
  const left = await fleet.command(['runs', '--json'], elsewhere).ended;
  expect((JSON.parse(left.stdout) as { name: string }[]).map(({ name }) => name)).toEqual([
    'third',
    'second',
  ]);

  waiting.process.signal('SIGINT');
  expect((await waiting.process.ended).exitCode).toBe(130);
  await fleet.command(['stop', 'latest']).ended;
  expect((await running.end()).report.verdict).toBe('interrupted');
  expect(await states()).toEqual([
    ['second', 'ended', both, 'interrupted'],
    ['first', 'ended', both, 'passed'],
  ]);
}, 180_000);
