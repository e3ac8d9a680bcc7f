import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { recordingServer } from '../support/recording-server.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let simulator: SimulatorProcess;
let target: readonly string[];

beforeAll(async () => {
  simulator = await simulatorProcess();
  target = ['run', '-u', simulator.url, '-m', 'sim-one', '--allow-invalid'];
});

afterAll(() => simulator.close());

describe('what a run prints', { timeout: 60_000 }, () => {
  it.concurrent('is the report on stdout and what is going on on stderr', async () => {
    const { stdout, stderr, exitCode } = await tokenstorm([
      ...target,
      '-n',
      '20',
      '--warmup-request-count',
      '2',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Tokenstorm \d/);
    expect(stdout).toContain('Success rate: 100% (20/20)');
    expect(stdout).toContain('Left out of these numbers: 2 requests of the warm-up.');
    expect(stdout).toMatch(/Verdict: PASSED\. .*\.\n$/);
    expect(stderr).toMatch(
      /^Warming up: 2 requests to each target\.\nSnapshots kept: tokenstorm report \S+\n$/,
    );
  });

  it.concurrent('says how a longer run is going, a line now and then', async () => {
    const { stdout, stderr } = await tokenstorm([...target, '--rate', '5', '-d', '6s', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'tokenstorm.report/1' });
    expect(stderr).toMatch(
      /^(?:running|draining) \ds\/6s, \d+ done, .* req\/s, .* in flight, TTFT .*, 0 failed\n/,
    );
  });

  it.concurrent('is JSON alone with --json', async () => {
    const { stdout, stderr } = await tokenstorm([...target, '-n', '3', '--json', '--warmup-requests', '1']);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(report).toMatchObject({ verdict: 'passed', cost: null, scores: null });
    expect(stderr).toMatch(
      /^Warming up: 1 request to each target\.\nSnapshots kept: tokenstorm report \S+\n$/,
    );
  });

  it.concurrent('is the result alone with --quiet', async () => {
    const { stdout, stderr } = await tokenstorm([...target, '-n', '3', '--quiet', '--warmup-requests', '1']);
    expect(stdout).toContain('Success rate: 100% (3/3)');
    expect(stderr).toBe('');
  });

  it.concurrent('has no line over 80 columns and no control characters where it is no terminal', async () => {
    const { stdout, stderr } = await tokenstorm([
      ...target,
      '-n',
      '70',
      '-c',
      '4',
      '-m',
      'sim-fast-n2',
      '-m',
      'sim-w3-n2',
    ]);
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    expect(stdout + stderr).not.toMatch(/[\p{Cc}--\n]/v);
  });
});

const planned = (url: string) => ({
  providers: [{ name: 'own', type: 'openai-compatible', base_url: url, models: ['a', 'b'] }],
  defaults: { prompt: 'Hello' },
  workload: {
    scenarios: [
      { name: 'steady', executor: 'constant-arrival-rate', rate: 20, duration: '30s', arrivals: 'poisson' },
      { name: 'count', requests: 100, concurrency: 4, start_after: '10s' },
    ],
  },
  execution: { warmup_requests: 5 },
  thresholds: { ttft: 'p(95) < 1s' },
});

describe('a plan', { timeout: 60_000 }, () => {
  it.concurrent.each([[['run', '--dry-run']], [['validate']]])(
    'is shown by %j, and nothing is sent',
    async (words) => {
      await using server = await recordingServer();
      await using folder = await temporaryFolder();
      const path = await folder.write('plan.yaml', planned(server.url));
      const { stdout, stderr, exitCode } = await tokenstorm([...words, path]);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(stdout).toContain('constant-arrival-rate | about 600 requests | 20 requests/s | 30s');
      expect(stdout).toContain('shared-iterations | 100 requests | 4 virtual users | starts after 10s');
      expect(stdout).toMatch(/Requests: +about 1,400\n/);
      expect(stdout).toMatch(/Arrivals: +at most 40 a second/);
      expect(stdout).toMatch(/Duration: +30s/);
      expect(stdout).toMatch(/Shards: +1 /);
      expect(stdout).toContain('ttft: p(95) < 1s');
      const json = await tokenstorm([...words, path, '--json']);
      expect(JSON.parse(json.stdout)).toMatchObject({ name: 'plan', shards: 1, seed: 42 });
      expect(server.connections).toBe(0);
    },
  );

  it.concurrent('may be shown for flags alone', async () => {
    await using server = await recordingServer();
    const words = [
      'run',
      '-u',
      server.url,
      '-m',
      'a',
      '--rate',
      '5',
      '-d',
      '1m',
      '--shards',
      '3',
      '--dry-run',
    ];
    const { stdout } = await tokenstorm(words);
    expect(stdout).toContain('about 300 requests | 5 requests/s | 1m');
    expect(stdout).toMatch(/Shards: +3 /);
    expect(server.connections).toBe(0);
  });

  it.concurrent('needs none of the environment variables that only sending needs', async () => {
    await using folder = await temporaryFolder();
    const scenario = planned('http://127.0.0.1:9');
    const provider = { ...scenario.providers[0], api_key: '${NOT_SET_HERE}' };
    const path = await folder.write('plan.yaml', { ...scenario, providers: [provider] });
    expect(await tokenstorm(['validate', path])).toMatchObject({ exitCode: 0 });
    const run = await tokenstorm(['run', path]);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('NOT_SET_HERE');
  });
});

describe('exports', { timeout: 60_000 }, () => {
  it.concurrent('are the report, under the names that their paths are templates of', async () => {
    await using folder = await temporaryFolder();
    const scenario = {
      name: 'my run',
      providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: ['sim-one'] }],
      workload: { scenarios: [{ name: 'a', prompt: 'Hello', requests: 3 }] },
      output: { export: [{ format: 'json', path: 'results/{name}_{timestamp}.json' }] },
    };
    const path = await folder.write('s.yaml', scenario);
    const words = [
      'run',
      path,
      '--json',
      '--allow-invalid',
      '-o',
      'out.json',
      '--export',
      'json=deep/er/{run}.json',
    ];
    const end = await tokenstorm(words, { cwd: folder.path });
    const { run } = reportOf(end);
    const timestamp = run.id.slice(0, '20261121-084512'.length);
    for (const name of [`results/my-run_${timestamp}.json`, 'out.json', `deep/er/${run.id}.json`]) {
      expect(await folder.read(name)).toBe(end.stdout);
      expect(end.stderr).toContain(`Report written to ${folder.path}/${name}\n`);
    }
    const again = await tokenstorm(words, { cwd: folder.path });
    expect(again.stderr).toContain(`${folder.path}/out.json (replaced the one that was there)`);
  });
});
