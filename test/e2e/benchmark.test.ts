import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { quantileOf } from '../support/truth.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** The columns that scripts of users know, in their order. */
const columns = [
  'timestamp',
  'connection_time',
  'time_to_first_token',
  'time_to_completion',
  'first_token_latency',
  'tokens_per_second',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'status',
  'error_message',
];

const secret = 'benchmark-secret-abcdef-123456';
/** Seconds that half of the calls may be off, and the worst of them: the machine may stop one of two processes for a while. */
const toleranceS = 0.03;
const worstS = 0.9;

interface Results {
  readonly generated_at: string;
  readonly provider: string | null;
  readonly statistics: Readonly<Record<string, number | null>>;
  readonly calls: readonly Readonly<Record<string, unknown>>[];
}

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
beforeAll(async () => {
  simulator = await simulatorProcess(['--seed', '6']);
  await simulator.setModels({
    tested: { ttftMs: 60, itlMs: 5, tokens: 8 },
    several: { ttftMs: 20, itlMs: 2, tokens: 8, faults: { server_error: 0.3 } },
    long: { ttftMs: 150, itlMs: 10, tokens: 8 },
  });
  folder = await temporaryFolder();
});
afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

const benchmark = (words: string, environment: Readonly<Record<string, string>> = {}) =>
  tokenstorm(['benchmark', ...words.split(' ')], { cwd: folder.path, environment });

/** The simulator's answers are as long as the request allows. */
const to = (model: string) => `-u ${simulator.url} -m ${model} --max-tokens 8 --allow-invalid`;

async function resultsIn(name: string): Promise<Results> {
  return JSON.parse(await folder.read(`${name}_performance_metrics.json`)) as Results;
}

async function rowsIn(name: string): Promise<readonly Readonly<Record<string, string>>[]> {
  return parse(await folder.read(`${name}_performance_metrics.csv`), { columns: true });
}

/** What the guide tells people to compare two files with. */
function comparing(before: string, after: string): string {
  const guide = readFileSync(new URL('../../docs/benchmark.md', import.meta.url), 'utf8');
  const script = /^```\n(import json\n[^]*?)^```$/m.exec(guide)?.[1] ?? '';
  return script
    .replace('before/openai_performance_metrics.json', before)
    .replace('after/openai_performance_metrics.json', after);
}

describe('a benchmark', { timeout: 60_000 }, () => {
  it('sends ten prompts one after another and writes what the server saw', async () => {
    const end = await benchmark(`${to('tested')} --provider glm --api-key env:GLM_API_KEY --output-dir a`, {
      GLM_API_KEY: secret,
    });
    expect(end.exitCode).toBe(0);
    const truth = await settledTruth(simulator, 'tested');
    expect(truth).toHaveLength(10);
    // One at a time, and all different.
    for (const [index, record] of truth.entries()) {
      expect(record.received_at_ms).toBeGreaterThan(truth[index - 1]?.last_write_at_ms ?? 0);
      expect(record.stream).toBe(true);
    }
    expect(new Set(truth.map((record) => record.body_hash)).size).toBe(10);
    const rows = await rowsIn('a/glm');
    expect(Object.keys(rows[0] ?? {})).toEqual(columns);
    expect(rows).toHaveLength(10);
    const offs: number[] = [];
    for (const [index, row] of rows.entries()) {
      const { received_at_ms, first_content_at_ms, last_content_at_ms, token_counts } = truth[index]!;
      const seen = (at: number | null) => (Number(at) - received_at_ms) / 1000;
      offs.push(Math.abs(Number(row['time_to_first_token']) - seen(first_content_at_ms)));
      offs.push(Math.abs(Number(row['time_to_completion']) - seen(last_content_at_ms)));
      expect(Number(row['first_token_latency'])).toBeCloseTo(
        Number(row['time_to_first_token']) - Number(row['connection_time']),
        5,
      );
      expect(row).toMatchObject({
        input_tokens: String(token_counts?.input),
        output_tokens: '8',
        total_tokens: String(Number(token_counts?.input) + 8),
        status: 'success',
        error_message: '',
      });
    }
    expect(quantileOf(offs, 0.5)).toBeLessThan(toleranceS);
    expect(Math.max(...offs)).toBeLessThan(worstS);
    const { statistics, calls, provider } = await resultsIn('a/glm');
    expect(provider).toBe('glm');
    const ttft = rows.map((row) => Number(row['time_to_first_token']));
    const sorted = ttft.toSorted((one, other) => one - other);
    const mean = ttft.reduce((sum, value) => sum + value, 0) / 10;
    expect(statistics['avg_time_to_first_token']).toBeCloseTo(mean, 5);
    expect(statistics).toMatchObject({
      total_calls: 10,
      successful_calls: 10,
      failed_calls: 0,
      p50_time_to_first_token: sorted[4],
      p90_time_to_first_token: sorted[8],
      p95_time_to_first_token: sorted[9],
    });
    expect(calls.map(({ timestamp }) => timestamp)).toEqual(rows.map(({ timestamp }) => timestamp));
    expect(calls[0]).toMatchObject({ label: 'one-word', instance: 1, tier: 'excellent' });
    const lines = end.stderr.split('\n');
    expect(lines[0]).toMatch(
      /^\[ 1\/10\] one-word: TTFT 0\.\d+ s \| \d+\.\d tok\/s \| 8 tokens \| excellent$/,
    );
    expect(lines[9]).toMatch(/^\[10\/10\] design: /);
    expect(end.stderr).toContain(`Metrics written to ${folder.path}/a/glm_performance_metrics.json\n`);
    expect(end.stdout).toMatch(/^Tokenstorm \S+ - Benchmark Results\n=+\n\nProvider: glm \| Model: tested\n/);
    for (const line of end.stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    const written = (await folder.read('a/glm_performance_metrics.json')) + end.stdout + end.stderr;
    expect(written).not.toContain(secret);
  });

  it('sends them several times at once, counts failures, and its files can be merged', async () => {
    const end = await benchmark(`${to('several')} --instances 3 --json --output-dir b`);
    expect(end.exitCode).toBe(0);
    const results = JSON.parse(end.stdout) as Results;
    expect(await resultsIn('b/openai-compatible')).toEqual({ ...results, generated_at: expect.any(String) });
    const truth = await settledTruth(simulator, 'several');
    const completed = truth.filter(({ outcome }) => outcome === 'completed').length;
    expect(results.statistics).toMatchObject({
      total_calls: 30,
      successful_calls: completed,
      failed_calls: 30 - completed,
    });
    expect(completed).toBeLessThan(30);
    const instances = Map.groupBy(results.calls, ({ instance }) => instance);
    const labels = [...instances.values()].map((calls) => calls.map(({ label }) => label).join());
    expect([...instances.keys()]).toEqual([1, 2, 3]);
    expect(new Set(labels).size).toBe(1);
    // Each instance goes on by itself: some of the requests were under way at the same time.
    const overlaps = truth.filter(
      ({ received_at_ms }, index) => index > 0 && received_at_ms < Number(truth[index - 1]?.last_write_at_ms),
    );
    expect(overlaps.length).toBeGreaterThan(0);
    expect(end.stderr).toMatch(/^\[ ?\d+\/30\] #\d [\w-]+: error: HTTP 500: .*$/m);

    const files = 'a/glm_performance_metrics.csv b/openai-compatible_performance_metrics.csv';
    const merge = await benchmark(`--merge ${files} --output-dir merged`);
    expect(merge.exitCode).toBe(0);
    const merged = await resultsIn('merged/merged');
    const before = await resultsIn('a/glm');
    const ttft = [...before.calls, ...results.calls]
      .filter(({ status }) => status === 'success')
      .map((call) => Number(call['time_to_first_token']));
    const sorted = ttft.toSorted((one, other) => one - other);
    expect(merged.calls).toHaveLength(40);
    expect(merged.statistics).toMatchObject({
      successful_calls: 10 + completed,
      p50_time_to_first_token: sorted[Math.ceil(ttft.length / 2) - 1],
      max_time_to_first_token: sorted.at(-1),
    });
    expect(await rowsIn('merged/merged')).toHaveLength(40);

    const script = comparing('a/glm_performance_metrics.json', 'merged/merged_performance_metrics.json');
    const [ttftChange = '', rateChange] = execFileSync('python3', ['-c', script], {
      cwd: folder.path,
      encoding: 'utf8',
    }).split('\n');
    const change =
      Number(merged.statistics['avg_time_to_first_token']) -
      Number(before.statistics['avg_time_to_first_token']);
    expect(Number(/^TTFT: (\S+) s$/.exec(ttftChange)?.[1])).toBeCloseTo(change, 3);
    expect(rateChange).toMatch(/^Rate: [+-]\d+\.\d\d tokens\/s$/);
    const again = await benchmark(
      `--merge ${files} merged/merged_performance_metrics.csv --output-dir merged`,
    );
    expect(again).toMatchObject({ exitCode: 2, stdout: '' });
    expect(again.stderr).toContain('merged_performance_metrics.csv: this command');
  });

  it.concurrent('that is interrupted keeps the calls that ended', async () => {
    const words = ['benchmark', ...to('long').split(' '), '--output-dir', 'c'];
    const command = new CommandProcess(words, { cwd: folder.path });
    while (!command.stderr.includes('[ 2/10]')) await sleep(20);
    command.signal('SIGINT');
    const { exitCode, stderr } = await command.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Stopping: requests under way may finish.');
    const { calls } = await resultsIn('c/openai-compatible');
    const truth = await settledTruth(simulator, 'long');
    expect(calls).toHaveLength(truth.length);
    expect(calls.length).toBeLessThan(10);
  });

  it.concurrent.each([
    ['', {}, 'which provider? --provider or --url is missing, and GLM_API_KEY is not set'],
    ['-u http://127.0.0.1:9 -m m --output-dir /proc/none', {}, 'cannot write to /proc/none/'],
  ])('%j is refused, and nothing is written', async (words, environment, hint) => {
    const { exitCode, stdout, stderr } = await tokenstorm(
      ['benchmark', ...words.split(' ').filter((word) => word !== '')],
      { cwd: folder.path, environment },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });

  it.concurrent('takes GLM where its key is set', async () => {
    const { stdout, exitCode } = await benchmark('--dry-run', { GLM_API_KEY: secret });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('instance-1 to glm/glm-4.6');
    expect(stdout).not.toContain(secret);
  });
});
