import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedPort } from '../../support/closed-port.ts';
import { tokenstorm } from '../../support/command.ts';
import { Fleet } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';

let fleet: Fleet;

beforeAll(async () => void (fleet = await Fleet.start({ aggregators: 0 })), 60_000);
afterAll(() => fleet[Symbol.asyncDispose]());

const scenario = (changes: object = {}) =>
  fleetScenario('http://127.0.0.1:9', { load: steady(5, 2) }, changes);
const provider = {
  name: 'to-load',
  type: 'openai-compatible',
  models: ['load'],
  base_url: 'http://127.0.0.1:9',
};

describe('what a run over Redis cannot have', () => {
  it('is refused all at once, with its place, before Redis is asked', async () => {
    const path = await fleet.folder.write(
      'all.json',
      scenario({
        providers: [{ ...provider, query: { key: 'abc-secret' } }],
        output: { export: [{ format: 'csv', path: 'r.csv' }] },
      }),
    );
    const end = await tokenstorm(['run', path, '--redis', 'redis://127.0.0.1:1']);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain('scenario: 2 problems');
    expect(end.stderr).toMatch(
      /all\.json:\d+:\d+: the export format `csv` with --redis is not supported yet/,
    );
    expect(end.stderr).toMatch(/all\.json:\d+:\d+: `key` holds a key, which would go through Redis/);
    expect(end.stderr).not.toContain('abc-secret');
  });

  it.each([
    ['--with-sim', /--with-sim and --redis: choose one/],
    ['--processes auto', /--processes and --redis: choose one/],
    ['--debug', /--debug and --redis: choose one/],
    ['--export jsonl=r.jsonl', /--export: the export format `jsonl` with --redis is not supported yet/],
    ['--export-level records', /--export-level: the export format `jsonl` with --redis is not supported yet/],
  ])('%s is refused', async (words, message) => {
    const path = await fleet.folder.write('plain.json', scenario());
    const end = await fleet.command(['run', path, ...words.split(' ')]).ended;
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toMatch(message);
  });
});

describe('a Redis that is not there', () => {
  it.each([
    'attach latest',
    'stop latest',
    'runs',
    'report never',
    'run -u http://127.0.0.1:9 -m m -n 1 -c 1',
  ])('%s says so, without the password', async (words) => {
    const url = `redis://user:hunter22@127.0.0.1:${await closedPort()}`;
    const end = await tokenstorm([...words.split(' '), '--redis', url]);
    expect([end.exitCode, end.stdout]).toEqual([97, '']);
    expect(end.stderr).toMatch(/error: Redis at 127\.0\.0\.1:\d+ refuses connections/);
    expect(end.stderr).not.toContain('hunter22');
  });

  it.each(['attach latest', 'stop latest'])('%s asks for its address', async (words) => {
    const end = await tokenstorm(words.split(' '));
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain('--redis URL is missing; TOKENSTORM_REDIS_URL does the same');
  });

  it('the variable names it for all of them, and makes no run of this machine one of many', async () => {
    const environment = { TOKENSTORM_REDIS_URL: fleet.redis.url };
    expect(await tokenstorm(['runs'], { environment })).toMatchObject({ exitCode: 0, stderr: '' });
    const end = await tokenstorm(['run', '-m', 'sim-fast', '-n', '1', '-c', '1', '--with-sim', '--json'], {
      environment,
    });
    expect(JSON.parse(end.stdout)).toMatchObject({ run: { mode: 'local' }, accounting: { completed: 1 } });
  });
});

it('a run that does not exist is named with those that do', async () => {
  for (const words of [
    ['attach', 'latest'],
    ['stop', '2026'],
  ]) {
    const end = await fleet.command(words).ended;
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toBe(
      `error: there is no run ${words[1]} in Redis\n  hint: There are no runs in it.\n`,
    );
  }
});

it('the plan can be looked at without Redis', async () => {
  const path = await fleet.folder.write('plan.json', scenario());
  const end = await tokenstorm(['run', path, '--redis', 'redis://127.0.0.1:1', '--dry-run']);
  expect(end).toMatchObject({ exitCode: 0, stderr: '' });
  expect(end.stdout).toMatch(/Shards: +10 \|/);
});

it('a report that cannot be written is said before anybody is asked to send', async () => {
  const path = await fleet.folder.write('unwritable.json', scenario());
  const end = await fleet.command(['run', path, '-o', '/proc/none/report.json']).ended;
  expect(end.exitCode).toBe(2);
  expect(end.stderr).toContain('cannot write to /proc/none/report.json');
});
