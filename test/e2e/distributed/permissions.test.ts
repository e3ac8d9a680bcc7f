import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess } from '../../support/command.ts';
import { Fleet } from '../../support/fleet.ts';
import { recordingServer } from '../../support/recording-server.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';

const secrets = {
  AWS_SECRET_ACCESS_KEY: 'aws-very-secret-0123',
  OWN_API_KEY: 'own-key-4567',
  EXTRA: 'extra-89',
};

/** A worker as it is started by somebody who gives no permissions, or some, for scenarios of somebody else. */
describe('what a scenario may make a worker do', () => {
  let simulator: SimulatorProcess;
  let fleet: Fleet;
  const workers: CommandProcess[] = [];

  beforeAll(async () => {
    simulator = await simulatorProcess();
    await simulator.setModels({ m: { ttftMs: 5, itlMs: 1, tokens: 2 } });
    fleet = await Fleet.start();
    await mkdir(`${fleet.folder.path}/allowed`);
    await fleet.folder.write('allowed/questions.csv', 'question\nWhy?\n');
  }, 60_000);

  afterAll(async () => {
    for (const one of workers) one.signal('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    await fleet[Symbol.asyncDispose]();
    await simulator.close();
  });

  /** A worker of a region of its own, without what the fleet's workers are permitted. */
  function worker(region: string, words: readonly string[] = []): void {
    const environment = { TOKENSTORM_HOME: fleet.home, ...secrets };
    const all = ['worker', '--region', region, '--redis', fleet.redis.url, ...words];
    workers.push(new CommandProcess(all, { environment }));
  }

  async function run(region: string, provider: object, workload: object = { prompt: 'Hello' }) {
    const scenario = {
      name: 'permissions',
      regions: { [region]: '100%' },
      providers: [
        { name: 'own', type: 'openai-compatible', base_url: simulator.url, models: ['m'], ...provider },
      ],
      workload: { scenarios: [{ name: 'a', requests: 3, concurrency: 1, ...workload }] },
    };
    const path = await fleet.folder.write('scenario.json', scenario);
    const { exitCode, stderr, stdout } = await fleet.command([
      'run',
      path,
      '--quiet',
      '--allow-invalid',
      '--shards',
      '1',
    ]).ended;
    const said = stderr.replaceAll(/\s+/g, ' ');
    for (const secret of Object.values(secrets)) expect(stdout + stderr).not.toContain(secret);
    return { exitCode, said };
  }

  it('by default: name keys of APIs, but no other variable, no file, and no metadata service', async () => {
    worker('plain');
    const { exitCode } = await run('plain', { api_key: '${OWN_API_KEY}' });
    expect(exitCode).toBe(0);
    await using thief = await recordingServer();
    const variable = await run('plain', {
      base_url: thief.url,
      headers: { 'x-a': '${AWS_SECRET_ACCESS_KEY}' },
    });
    expect(variable.exitCode).toBe(2);
    expect(variable.said).toMatch(
      /worker \S+ failed before the start: the variable AWS_SECRET_ACCESS_KEY is not one/,
    );
    expect(variable.said).toContain('--allow-env');
    const file = await run(
      'plain',
      { base_url: thief.url },
      { prompts: { path: 'worker:/etc/passwd', format: 'csv', template: '{{a}}' } },
    );
    expect(file.exitCode).toBe(2);
    expect(file.said).toContain(
      '/etc/passwd is not below a folder whose files scenarios may read here (--data-dir)',
    );
    const metadata = await run('plain', { base_url: 'http://169.254.169.254/v1' });
    expect(metadata.exitCode).toBe(2);
    expect(metadata.said).toContain('requests to 169.254.169.254:80 are not allowed here (--allow-host)');
    expect(thief.requests).toHaveLength(0);
  }, 90_000);

  it('what it was started with, and nothing else', async () => {
    const { host } = new URL(simulator.url);
    const folder = `${fleet.folder.path}/allowed`;
    worker('strict', ['--allow-host', host, '--allow-env', 'EXTRA', '--data-dir', folder]);
    const prompts = { path: `worker:${folder}/questions.csv`, template: '{{question}}' };
    const allowed = await run('strict', { headers: { 'x-extra': '${EXTRA}' } }, { prompts });
    expect(allowed).toMatchObject({ exitCode: 0 });
    await using thief = await recordingServer();
    const refused = await run('strict', { base_url: thief.url, api_key: '${OWN_API_KEY}' });
    expect(refused.exitCode).toBe(2);
    expect(refused.said).toContain('the variable OWN_API_KEY is not one that scenarios may name here');
    expect(refused.said).toContain(
      `requests to ${new URL(thief.url).host} are not allowed here (--allow-host)`,
    );
    expect(thief.requests).toHaveLength(0);
  }, 90_000);
});
