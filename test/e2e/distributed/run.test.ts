import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { settledTruth } from '../../support/run-with-truth.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { untilReceived } from '../../support/truth.ts';

let simulator: SimulatorProcess;
let fleet: Fleet;

beforeAll(async () => {
  const quick = JSON.stringify({ ttft_ms: 50, itl_ms: 10, tokens: 5 });
  simulator = await simulatorProcess(['--any-model', '--all-models', quick]);
  const slow = { ttftMs: 100, itlMs: 1000, tokens: 60 };
  await simulator.setModels({ endless: slow, slow: { ttftMs: 100, itlMs: 100, tokens: 20 } });
  fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
}, 90_000);

afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  await simulator.close();
});

const scenario = (model: string, seconds = 4, changes = {}) =>
  fleetScenario(simulator.url, { [model]: steady(20, seconds) }, changes);
const written = (name: string, ...parameters: Parameters<typeof scenario>) =>
  fleet.folder.write(name, scenario(...parameters));
const wasReceived = (model: string) => settledTruth(simulator, model);

describe('a run over Redis', { timeout: 90_000 }, () => {
  it('sends each request of the plan once, from all regions, and reports as a run of one machine does', async () => {
    const file = `${fleet.folder.path}/out.json`;
    const output = { output: { export: [{ format: 'json', path: file }] } };
    const run = await fleet.run(scenario('whole', 4, output));
    const { exitCode, report, stderr, stdout } = await run.end();
    expect(exitCode).toBe(0);
    expect(report.run).toMatchObject({
      mode: 'distributed',
      regions: ['east', 'west'],
      workers: 2,
      stop_reason: null,
    });
    expect(report.accounting).toMatchObject({ scheduled: 80, completed: 80, lost: 0, dropped: 0 });
    expect(await wasReceived('whole')).toHaveLength(80);
    const regions = report.groups.map(({ labels, accounting }) => [labels.region, accounting.scheduled]);
    expect(Object.fromEntries(regions)).toEqual({ east: 48, west: 32 });
    expect(report.notes.join()).not.toContain('ran from this machine');
    expect(stderr).toContain(`Report written to ${file}`);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(stdout));
  });

  it('needs no key here: a missing variable of a worker ends it before the start, and says where', async () => {
    const keyed = scenario('keyed', 4, {
      providers: [
        {
          type: 'openai-compatible',
          name: 'to-keyed',
          models: ['keyed'],
          base_url: simulator.url,
          api_key: '${FLEET_KEY}',
        },
      ],
    });
    const end = await (await fleet.run(keyed)).process.ended;
    expect(end.stderr).toMatch(/error: worker \S+ failed before the start: .*FLEET_KEY/);
    expect(end.exitCode).toBe(2);
    expect(await wasReceived('keyed')).toEqual([]);
    const { stdout } = await fleet.command(['runs', '--json']).ended;
    expect(stdout).not.toContain('"waiting"');
  });

  it('ends with the exit code of its thresholds, which are judged over all regions together', async () => {
    const thresholds = { ttft: ['p(50) < 1ms'], 'ttft{region:east}': ['p(50) < 60s'] };
    const { exitCode, report } = await (await fleet.run(scenario('judged', 3, { thresholds }))).end();
    expect([exitCode, report.verdict]).toEqual([99, 'failed']);
    expect(report.thresholds.map(({ passed }) => passed)).toEqual([false, true]);
  });

  it('prints the run alone and ends with its start when it is detached', async () => {
    const path = await written('detached.json', 'detached', 6);
    const end = await fleet.command(['run', path, '--detach']).ended;
    expect(end).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d{8}-\d{6}-\w{6}\n$/) });
    const id = end.stdout.trim();
    for (const command of ['attach', 'stop', 'report'])
      expect(end.stderr).toContain(`tokenstorm ${command} ${id} --redis ${fleet.redis.url}\n`);
    const attached = await fleet.command(['attach', id, '--json', '--allow-invalid', '--quiet']).ended;
    expect(JSON.parse(attached.stdout)).toMatchObject({
      run: { id },
      accounting: { scheduled: 120, completed: 120 },
    });
  });

  it('shows how all regions do while it goes on', async () => {
    const path = await written('shown.json', 'shown', 7);
    const { stderr } = await fleet.command(['run', path, '--ui', 'simple', '--allow-invalid']).ended;
    expect(stderr).toMatch(/^running .*done, .* req\/s, .*TTFT p50 .*, workers: east 1, west 1$/m);
  });
});

describe('Ctrl-C', { timeout: 90_000 }, () => {
  it('once lets what is under way finish, in all regions', async () => {
    const path = await written('slow.json', 'slow', 60);
    const run = fleet.command(['run', path, '--json', '--allow-invalid']);
    await untilReceived(simulator.url, ['slow'], 20);
    run.signal('SIGINT');
    const end = await run.ended;
    expect(end.exitCode).toBe(130);
    expect(end.stderr).toContain('Stopping: requests under way may finish. Ctrl-C again stops now.\n');
    const { verdict, run: facts, accounting } = JSON.parse(end.stdout);
    expect([verdict, facts.stop_reason]).toEqual(['interrupted', 'interrupted']);
    expect(accounting).toMatchObject({ completed: accounting.scheduled, lost: 0, cancelled: 0 });
    expect(await wasReceived('slow')).toHaveLength(accounting.scheduled);
  });

  it('twice cancels it', async () => {
    const path = await written('endless.json', 'endless', 60);
    const run = fleet.command(['run', path, '--json', '--allow-invalid']);
    await untilReceived(simulator.url, ['endless'], 20);
    run.signal('SIGINT');
    await until('the run to stop', () => run.stderr.includes('Stopping'));
    run.signal('SIGINT');
    const end = await run.ended;
    expect(end.exitCode).toBe(130);
    const { accounting } = JSON.parse(end.stdout);
    expect(accounting).toMatchObject({ completed: 0, lost: 0, cancelled: accounting.scheduled });
  });

  it('before there are workers leaves nothing behind', async () => {
    const file = await written('nobody.json', 'nobody', 4, { regions: { nowhere: '100%' } });
    const run = fleet.command(['run', file]);
    await until('the run to wait', () => run.stderr.includes('Waiting: region nowhere has no worker'));
    run.signal('SIGINT');
    const end = await run.ended;
    expect(end).toMatchObject({ exitCode: 130, stdout: '' });
    expect(end.stderr).toContain('error: interrupted before the run began\n');
    const { stdout } = await fleet.command(['runs', '--json']).ended;
    expect(stdout).not.toContain('nowhere');
  });

  it('while it warms up leaves nothing behind either, and sends nothing more', async () => {
    const file = await written('warm.json', 'warm', 4, { execution: { warmup_requests: 2000 } });
    const run = fleet.command(['run', file]);
    await untilReceived(simulator.url, ['warm'], 4);
    run.signal('SIGINT');
    const end = await run.ended;
    expect(end).toMatchObject({ exitCode: 130, stdout: '' });
    const { stdout } = await fleet.command(['runs', '--json']).ended;
    expect(stdout).not.toContain('"waiting"');
    const before = await wasReceived('warm');
    expect(await wasReceived('warm')).toHaveLength(before.length);
    // The workers are free for the next one.
    const next = await (await fleet.run(scenario('after', 2))).end();
    expect(next.report.accounting).toMatchObject({ scheduled: 40, completed: 40 });
  });
});
