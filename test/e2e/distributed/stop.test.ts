import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { untilReceived } from '../../support/truth.ts';

let simulator: SimulatorProcess;
let fleet: Fleet;

beforeAll(async () => {
  simulator = await simulatorProcess(['--any-model']);
  const endless = { ttftMs: 100, itlMs: 1000, tokens: 100 };
  await simulator.setModels({ endless, short: { ttftMs: 100, itlMs: 100, tokens: 20 } });
  fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
}, 90_000);

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await simulator.close();
});

const scenario = (model: string, changes = {}) =>
  fleetScenario(simulator.url, { [model]: steady(20, 60) }, changes);

describe('tokenstorm stop', { timeout: 90_000 }, () => {
  it('lets what is under way finish, and says so once more where it is over', async () => {
    const run = await fleet.run(scenario('short'));
    await untilReceived(simulator.url, ['short'], 20);
    const stopped = await fleet.command(['stop', 'latest']).ended;
    expect(stopped).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('requests under way may finish'),
    });
    const { exitCode, report } = await run.end();
    expect([exitCode, report.verdict]).toEqual([130, 'interrupted']);
    expect(report.accounting).toMatchObject({ completed: report.accounting.scheduled, lost: 0 });
    const again = await fleet.command(['stop', report.run.id]).ended;
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('has ended already') });
  });

  it('--now cancels it', async () => {
    const run = await fleet.run(scenario('endless'));
    await untilReceived(simulator.url, ['endless'], 20);
    const stopped = await fleet.command(['stop', 'latest', '--now']).ended;
    expect(stopped).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('are cancelled') });
    const { report } = await run.end();
    expect(report.accounting).toMatchObject({ cancelled: report.accounting.scheduled, lost: 0 });
  });

  it('takes a run back that waits for its workers, and whoever leads it ends', async () => {
    const run = await fleet.run(scenario('unled', { regions: { nowhere: '100%' } }));
    await until('the run to be known', async () =>
      (await fleet.command(['runs', '--json']).ended).stdout.includes('nowhere'),
    );
    const stopped = await fleet.command(['stop', 'latest']).ended;
    expect(stopped).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('taken back') });
    const end = await run.process.ended;
    expect(end.exitCode).toBe(130);
    expect(end.stderr).toContain('was taken back before its start');
    expect((await fleet.command(['runs', '--json']).ended).stdout).not.toContain('nowhere');
  });
});
