import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, reportOf, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  const fast = JSON.stringify({ ttft_ms: 5, itl_ms: 1, tokens: 5 });
  simulator = await simulatorProcess(['--any-model', '--all-models', fast]);
});

afterAll(() => simulator.close());

const received = (model: string) => settledTruth(simulator, model);

async function run(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const end = await tokenstorm(['run', ...words, '--json', '--quiet', '--allow-invalid'], { environment });
  return { ...end, report: reportOf(end) };
}

const bareScenario = (models: readonly string[], workloads: readonly object[]) => ({
  providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models }],
  defaults: { prompt: 'Hello' },
  workload: { scenarios: workloads },
});

describe('a run by flags', { timeout: 60_000 }, () => {
  it.concurrent('does what every headline flag says', async () => {
    await using folder = await temporaryFolder();
    const words = `-u ${simulator.url} -m headline -n 30 -c 3 --max-tokens 4 --temperature 0.5 --random-seed 7
      --warmup-request-count 2 --request-timeout-seconds 20 --failed-request-threshold 5% --api-key env:KEY
      --endpoint-type chat --endpoint /v1/chat/completions --extra-inputs user:me --header x-test:1 -o ${folder.path}/r.json`;
    const rest = ['--prompt', 'Why?', '--system', 'Be brief.', '--goodput', 'ttft:20000', 'e2el:20000'];
    const thresholds = ['--threshold', 'e2e: max < 20s', '--extra-request-body', '{"top_p":0.5}'];
    const environment = { KEY: 'any-key-1' };
    const { report, exitCode } = await run([...words.split(/\s+/), ...rest, ...thresholds], environment);
    expect(exitCode).toBe(0);
    expect(report.accounting).toMatchObject({ scheduled: 30, completed: 30 });
    expect(report.run).toMatchObject({ seed: 7, stop_reason: null });
    expect(report.run.workloads).toMatchObject([
      { executor: 'shared-iterations', requests: 30, concurrency: 3 },
    ]);
    expect(report.tokens).toMatchObject({ output: 30 * 4, source: 'provider' });
    expect(report.throughput.goodput_ratio).toBe(1);
    expect(report.thresholds.map(({ metric, passed }) => [metric, passed])).toEqual([
      ['e2e', true],
      ['errors', true],
    ]);
    expect(JSON.parse(await folder.read('r.json'))).toEqual(report);
    expect(await received('headline')).toHaveLength(32);
  });

  it.concurrent.each([
    ['base-url', '--base-url URL -m MODEL --num-prompts 12 --parallel 3', 12],
    ['target', '--target URL --model MODEL --num-requests 12 --num-concurrency 3', 12],
    ['number', '-u URL -m MODEL --number 12 --max-concurrency 3 --seed 3', 12],
    ['rate', '-u URL -m MODEL --rate 20 -z 1s', 20],
    ['target-qps', '-u URL -m MODEL --target-qps 20 --benchmark-duration 1 --num-warmups 3', 23],
    ['q', '-u URL -m MODEL -q 20 -d 1000ms --warmup-requests 3', 23],
    ['R', '-u=URL -m=MODEL -R=20 --duration=1 --max-concurrency=2', 20],
    ['count-at-rate', '-u URL -m MODEL --rate 20 -n 13', 13],
    ['warm', '-u URL -m MODEL --request-rate 20 -d 1 --warmup-duration 500ms', 20],
  ])('knows other tools’ names for its flags: %s', async (name, flags, requests) => {
    const words = flags.replace('URL', simulator.url).replace('MODEL', `alias-${name}`).split(' ');
    const { report, exitCode } = await run(words);
    expect(exitCode).toBe(0);
    expect(await received(`alias-${name}`)).toHaveLength(requests);
    const warmup = flags.includes('warmup-duration') ? 10 : flags.includes('warmup') ? 3 : 0;
    expect(report.accounting.completed).toBe(requests - warmup);
  });

  it.concurrent('takes the server from OPENAI_BASE_URL', async () => {
    const environment = { OPENAI_BASE_URL: `${simulator.url}/v1` };
    const { report } = await run(['-m', 'by-environment', '-n', '2'], environment);
    expect(report.accounting.completed).toBe(2);
    expect(await received('by-environment')).toHaveLength(2);
  });

  it.concurrent('gives each model the full load', async () => {
    const { report } = await run(['-u', simulator.url, '-m', 'first', '-m', 'second', '-n', '6', '-c', '2']);
    expect(report.groups.map((group) => [group.labels.model, group.accounting.completed])).toEqual([
      ['first', 6],
      ['second', 6],
    ]);
    expect(await received('second')).toHaveLength(6);
  });

  it.concurrent('spreads a schedule over shards without changing it', async () => {
    const { report } = await run([
      '-u',
      simulator.url,
      '-m',
      'sharded',
      '--rate',
      '40',
      '-d',
      '1',
      '--shards',
      '8',
    ]);
    expect(report.accounting.completed).toBe(40);
    expect(await received('sharded')).toHaveLength(40);
  });
});

describe('a run by file', { timeout: 60_000 }, () => {
  it.concurrent('does what the file says', async () => {
    await using folder = await temporaryFolder();
    const workload = { name: 'a', requests: 9, concurrency: 2 };
    const path = await folder.write('s.yaml', bareScenario(['by-file'], [workload]));
    const { report, exitCode } = await run([path]);
    expect(exitCode).toBe(0);
    expect(report.run.name).toBe('s');
    expect(await received('by-file')).toHaveLength(9);
  });

  it.concurrent('lets flags go before the file', async () => {
    await using folder = await temporaryFolder();
    const workload = { name: 'a', requests: 900, concurrency: 1, max_tokens: 1 };
    const path = await folder.write('s.yaml', bareScenario(['not-asked'], [workload]));
    const { report } = await run([path, '-m', 'flag-over-file', '-n', '7', '-c', '3', '--max-tokens', '3']);
    expect(report.run.workloads).toMatchObject([{ requests: 7, concurrency: 3 }]);
    expect(report.tokens.output).toBe(21);
    expect(await received('flag-over-file')).toHaveLength(7);
    expect(await received('not-asked')).toHaveLength(0);
  });

  it.concurrent('runs several scenarios side by side, each from its own start on', async () => {
    await using folder = await temporaryFolder();
    const open = { executor: 'constant-arrival-rate', rate: 20, providers: ['own'] };
    const scenario = bareScenario(
      ['early'],
      [
        { ...open, name: 'early', duration: '1500ms' },
        { ...open, name: 'late', duration: '500ms', start_after: '1s', providers: ['other'] },
        { name: 'count', requests: 5, start_after: '1s', providers: ['other'] },
      ],
    );
    scenario.providers.push({ ...scenario.providers[0]!, name: 'other', models: ['late'] });
    const { report } = await run([await folder.write('s.yaml', scenario)]);
    expect(report.groups.map((group) => [group.labels.scenario, group.accounting.completed])).toEqual([
      ['early', 30],
      ['late', 10],
      ['count', 5],
    ]);
    const [early, late] = [await received('early'), await received('late')];
    expect([early.length, late.length]).toEqual([30, 15]);
    const firstLate = late[0]!.received_at_ms;
    // 20 are planned before it; a machine that was busy then may let a few overtake each other.
    expect(early.filter((record) => record.received_at_ms < firstLate).length).toBeGreaterThan(15);
  });
});

describe('the other commands', { timeout: 60_000 }, () => {
  it.concurrent('sim serves what run loads, until Ctrl-C', async () => {
    const server = new CommandProcess(['sim', '--port', '0', '--all-models', '{"tokens":3}']);
    while (!server.stdout.includes('\n')) await sleep(20);
    const url = /http:\/\/\S+/.exec(server.stdout)?.[0] ?? '';
    const { report } = await run(['-u', url, '-m', 'sim-fast', '-n', '4', '-c', '4']);
    expect(report.tokens.output).toBe(12);
    server.signal('SIGINT');
    expect((await server.ended).exitCode).toBe(0);
  });

  it.concurrent.each([
    ['--help', ['run [options] [FILE]', 'validate [options] <FILE>', 'sim']],
    ['run --help', ['-u, --url <url>', '--request-rate <per-second>', '--dry-run', 'Examples:']],
    ['sim --help', ['--port N', '--fault-plan JSON']],
    ['validate --help', ['--json']],
    ['--version', ['0.']],
  ])('%s says so', async (words, parts) => {
    const { exitCode, stdout, stderr } = await tokenstorm(words.split(' '));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const part of parts) expect(stdout).toContain(part);
  });
});
