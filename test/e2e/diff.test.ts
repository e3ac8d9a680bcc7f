import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Difference, Report } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenstorm } from '../support/command.ts';
import type { CommandEnd } from '../support/command.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const key = 'sk-test-4f9c2b7d81e6';
/** Long, so that what a busy machine adds is little of it. */
const medianMs = 400;
const slowdown = 1.25;

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
let same: CommandEnd;
let slower: CommandEnd;

function scenario(regression: object): object {
  return {
    providers: [
      {
        name: 'own',
        type: 'openai-compatible',
        base_url: simulator.url,
        models: ['usual'],
        api_key: '${KEY}',
      },
    ],
    workload: { scenarios: [{ name: 'chat', prompt: 'Hello', requests: 180, concurrency: 60 }] },
    regression,
  };
}

function command(...words: readonly string[]): Promise<CommandEnd> {
  return tokenstorm(words, { cwd: folder.path, environment: { KEY: key } });
}

/** A machine that is busy with other tests makes any run invalid. */
function run(...words: readonly string[]): Promise<CommandEnd> {
  return command('run', 'scenario.json', '--quiet', '--allow-invalid', ...words);
}

async function report(name: string): Promise<Report> {
  return JSON.parse(await folder.read(name)) as Report;
}

beforeAll(async () => {
  simulator = await simulatorProcess(['--seed', '5']);
  folder = await temporaryFolder();
  const behaviour = (factor: number) => ({
    ttftMs: { lognormal: { medianMs: medianMs * factor, sigma: 0.1 } },
    itlMs: 1,
    tokens: 4,
  });
  await simulator.setModels({ usual: behaviour(1), slow: behaviour(slowdown) });
  const limits = { 'ttft.p50': '10%', errors: '0.5pp' };
  await folder.write('scenario.json', scenario({ baseline: './base.json', confidence: '99%', limits }));
  await run('--no-baseline', '--no-preflight', '-o', 'base.json');
  same = await run('--no-preflight', '-o', 'same.json');
  slower = await run('-m', 'slow', '--no-preflight', '-o', 'slower.json');
}, 60_000);

afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

describe('a run with a baseline', () => {
  it('passes where it is as before', async () => {
    expect(same).toMatchObject({ exitCode: 0 });
    expect(same.stdout).toContain('Against the baseline ./base.json (99% confidence):');
    expect(same.stdout).toMatch(/[✓?] ttft\.p50: 10% .* ms → .* ms, [-+]?[\d.]+% \(.* to .*%\):/);
    expect(same.stdout).toMatch(/Verdict: PASSED\. No limit against the baseline is broken/);
    const { verdict, regression } = await report('same.json');
    expect(verdict).toBe('passed');
    expect(regression).toMatchObject({ baseline: './base.json', confidence: 0.99 });
    expect(regression?.results.map(({ metric, passed }) => [metric, passed])).toEqual([
      ['ttft.p50', true],
      ['errors', true],
    ]);
  });

  it('fails with exit code 99 where it is worse by more than a limit', async () => {
    expect(slower).toMatchObject({ exitCode: 99 });
    expect(slower.stdout).toMatch(/✗ ttft\.p50: 10% [^✓]*worse/);
    expect(slower.stdout).toMatch(/Verdict: FAILED\. 1 of 2 limits against the baseline is broken\.\n$/);
    const { verdict, regression } = await report('slower.json');
    expect(verdict).toBe('failed');
    const { difference, passed } = regression!.results[0]!;
    expect(passed).toBe(false);
    expect(difference.change_ratio).toBeGreaterThan(0.1);
    expect(difference.interval_ratio![0]).toBeLessThan(slowdown - 1);
    expect(difference.interval_ratio![1]).toBeGreaterThan(slowdown - 1.1);
  });

  it('says so before it sends anything where there is no baseline', async () => {
    await simulator.reset();
    const { exitCode, stderr } = await run('--baseline', 'gone.json');
    expect({ exitCode, sent: (await simulator.records()).length }).toEqual({ exitCode: 2, sent: 0 });
    expect(stderr).toContain('error: the baseline cannot be read: ');
    expect(stderr).toContain('tokenstorm run FILE --no-baseline --export json=base.json');
  });

  it('tells every problem of the section with its place', async () => {
    const limits = { 'ttft.p59': '10%', 'tpot.p50': '1pp', errors: 'much' };
    await folder.write('wrong.json', scenario({ baseline: 'base.json', confidence: '20%', limits }));
    const { exitCode, stderr } = await command('validate', 'wrong.json');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/wrong\.json:\d+:\d+: There is no figure `ttft\.p59`/);
    expect(stderr).toMatch(/wrong\.json:\d+:\d+: `tpot\.p50` has no percentage points/);
    expect(stderr).toMatch(/wrong\.json:\d+:\d+: `much` is no limit for `errors`/);
    expect(stderr).toMatch(/wrong\.json:\d+:\d+: must be at least 50% and below 100%/);
  });
});

describe.concurrent('tokenstorm diff', () => {
  const limits = ['--limit', 'ttft.p50=10%', '--limit', 'errors=0.5pp', '--allow-invalid'];

  it('finds no limit broken between equal runs', async () => {
    const { exitCode, stdout } = await command('diff', 'base.json', 'same.json', ...limits);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Verdict: PASSED\. No limit is broken/);
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('shows what is worse, in a table, as JSON and as Markdown', async () => {
    const sides = ['diff', '--base', 'base.json', '--new', 'slower.json', ...limits];
    const { exitCode, stdout, stderr } = await command(
      ...sides,
      '--group',
      'model',
      '--export',
      'json=out/diff.json',
      '--export',
      'markdown=out/diff.md',
    );
    expect(exitCode).toBe(99);
    expect(stdout).toMatch(/\n {2}p50 .* worse\n/);
    expect(stdout).toContain('The sides ran different loads');
    expect(stdout).toContain('Only in the base: usual.');
    expect(stdout).toMatch(/Verdict: FAILED\. 1 of 2 limits is broken: ttft\.p50\./);
    expect(stderr.match(/Comparison written to/g)).toHaveLength(2);
    const result = JSON.parse(await readFile(join(folder.path, 'out/diff.json'), 'utf8')) as {
      differences: Difference[];
    };
    expect(result).toMatchObject({ schema: 'tokenstorm.diff/1', verdict: 'failed', confidence: 0.95 });
    const p50 = result.differences.find(({ metric }) => metric === 'ttft.p50')!;
    expect(p50.base).toBe((await report('base.json')).metrics.ttft!.p50);
    expect(p50.new).toBe((await report('slower.json')).metrics.ttft!.p50);
    expect(await readFile(join(folder.path, 'out/diff.md'), 'utf8')).toMatch(
      /^## ❌ Comparison: failed[\s\S]*<code>ttft\.p50<\/code>.*🔴 worse/,
    );
  });

  it('concludes nothing from an invalid run, and little from a report without distributions', async () => {
    const base = await report('base.json');
    await folder.write('invalid.json', {
      ...base,
      validity: {
        level: 'invalid',
        reasons: [{ code: 'late', detail: 'It was late.', measured: 1, limit: 0 }],
      },
    });
    const { distributions: _, ...old } = base;
    await folder.write('old.json', old);
    const [invalid, unknown] = await Promise.all([
      command('diff', 'invalid.json', 'slower.json', '--limit', 'ttft.p50=1%'),
      command('diff', 'old.json', 'slower.json', ...limits, '--fail-on', 'cannot-tell'),
    ]);
    expect(invalid.exitCode).toBe(5);
    expect(invalid.stdout).toContain('invalid.json is invalid: It was late.');
    expect(invalid.stdout).toMatch(/Verdict: INVALID\./);
    expect(unknown.exitCode).toBe(99);
    expect(unknown.stdout).toMatch(/base comes from a\s+version that\s+kept\s+no distributions/);
  });

  it('takes several runs of a side as one, and keeps the key to itself', async () => {
    const sides = ['--base', 'base.json', 'same.json', '--new', 'slower.json'];
    const { stdout } = await command('diff', ...sides, '--metric', 'ttft.p50', '--json', '--allow-invalid');
    const { differences } = JSON.parse(stdout) as { differences: Difference[] };
    const medians = await Promise.all(
      ['base.json', 'same.json'].map(async (name) => (await report(name)).metrics.ttft!.p50),
    );
    expect(differences[0]!.base).toBeGreaterThanOrEqual(Math.min(...medians) * 0.998);
    expect(differences[0]!.base).toBeLessThanOrEqual(Math.max(...medians) * 1.002);
    const files = await Promise.all(['same.json', 'slower.json'].map((name) => folder.read(name)));
    for (const text of [same.stdout, slower.stdout, stdout, ...files]) expect(text).not.toContain(key);
  });
});
