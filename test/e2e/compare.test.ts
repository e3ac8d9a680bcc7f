import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { truthTokens } from '../support/truth-tokens.ts';

interface Comparison {
  readonly schema: string;
  readonly mode: string;
  readonly rounds: number;
  readonly verdict: string;
  readonly targets: readonly Readonly<Record<string, unknown>>[];
  readonly pareto: { readonly objectives: readonly string[]; readonly front: readonly string[] };
  readonly differences: {
    readonly interval_confidence: number;
    readonly pairs: readonly {
      readonly base: string;
      readonly new: string;
      readonly differences: readonly { readonly metric: string; readonly judgement: string }[];
    }[];
  };
  readonly notes: readonly string[];
  readonly reports: readonly { readonly run: { readonly id: string }; readonly schema: string }[];
}

const secret = 'compare-secret-abcdef-123456';

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
beforeAll(async () => {
  simulator = await simulatorProcess(['--seed', '5']);
  await simulator.setModels({
    quick: { ttftMs: 30, itlMs: 3, tokens: 8 },
    slow: { ttftMs: 90, itlMs: 6, tokens: 8 },
    faulty: { ttftMs: 100, itlMs: 9, tokens: 8, faults: { server_error: 0.5 } },
    'turn-a': { ttftMs: 10, itlMs: 1, tokens: 3 },
    'turn-b': { ttftMs: 10, itlMs: 1, tokens: 3 },
  });
  folder = await temporaryFolder();
});
afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

const own = (name: string, models: readonly string[], more: object = {}) => ({
  name,
  type: 'openai-compatible',
  base_url: simulator.url,
  models,
  ...more,
});

describe('a comparison', { timeout: 60_000 }, () => {
  it.concurrent('of all targets of a file has a row for each, as the server saw them', async () => {
    const price = { input: 2, output: 8 };
    const path = await folder.write('providers.yaml', {
      providers: [
        own('one', ['quick', 'slow'], { pricing: { quick: price, slow: price } }),
        own('two', ['faulty'], { pricing: { faulty: price }, api_key: '${TWO_KEY}' }),
      ],
      defaults: { prompt: 'Hello' },
      workload: {
        scenarios: [
          { name: 'a', requests: 40, concurrency: 4 },
          { name: 'b', requests: 40, concurrency: 4 },
        ],
      },
      execution: { on_invalid: 'warn' },
    });
    const { exitCode, stdout, stderr } = await tokenstorm(
      ['compare', '--config', path, '--output', 'results.json', '--quiet'],
      { cwd: folder.path, environment: { TWO_KEY: secret } },
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `Comparison written to ${folder.path}/results.json\n`,
    });
    const comparison = JSON.parse(await folder.read('results.json')) as Comparison;
    expect(comparison).toMatchObject({ schema: 'tokenstorm.comparison/1', mode: 'side_by_side', rounds: 1 });
    const [quick, slow, faulty] = comparison.targets;
    for (const [row, model] of [
      [quick, 'quick'],
      [slow, 'slow'],
      [faulty, 'faulty'],
    ] as const) {
      const truth = truthTokens(await settledTruth(simulator, model));
      expect(row).toMatchObject({ requests: 80, completed: truth.completed, failed: 80 - truth.completed });
      const usd = (truth.inputTokens * price.input + truth.outputTokens * price.output) / 1e6;
      expect(row?.['usd_per_1k_good_requests']).toBeCloseTo((usd / truth.completed) * 1000, 6);
    }
    // The server waits 30, 90 and 100 ms, and then 3, 6 and 9 ms for each token.
    expect(comparison.pareto.front).toEqual(['one/quick']);
    expect(quick).toMatchObject({ target: 'one/quick', pareto: true, goodput_ratio: null });
    expect(faulty).toMatchObject({ pareto: false });
    const judged = comparison.differences.pairs.map(
      (pair) => pair.differences.find(({ metric }) => metric === 'ttft.p50')?.judgement,
    );
    // A busy machine may make the measurement invalid, and then nothing is concluded.
    if (!stdout.includes('Validity: INVALID')) expect(judged.slice(0, 2)).toEqual(['worse', 'worse']);
    expect(comparison.differences.pairs.map((pair) => [pair.base, pair.new].join(' '))).toEqual([
      'one/quick one/slow',
      'one/quick two/faulty',
      'one/slow two/faulty',
    ]);
    expect(comparison.reports).toMatchObject([{ schema: 'tokenstorm.report/1' }]);
    expect(comparison.notes[0]).toMatch(/^At one server, .*: one\/quick, one\/slow, two\/faulty\./);
    expect(stdout + (await folder.read('results.json'))).not.toContain(secret);
    expect(stdout).toMatch(/^Tokenstorm \S+ - Comparison: providers\n/);
    expect(stdout).toMatch(/│ \* one\/quick +│/);
    expect(stdout).toMatch(/│ {3}two\/faulty +│/);
    expect(stdout).toMatch(/Errors:\n {2}\d+ server_error: /);
  });

  it.concurrent('one after another keeps targets apart, goes round, and shares one budget', async () => {
    const words = [
      'compare',
      '-u',
      simulator.url,
      '--models',
      'turn-a,turn-b',
      '-n',
      '6',
      '--json',
      '--quiet',
    ];
    const end = await tokenstorm([
      ...words,
      '--sequential',
      '--rounds=2',
      '--budget-requests=20',
      '--allow-invalid',
    ]);
    const comparison = JSON.parse(end.stdout) as Comparison;
    expect(comparison).toMatchObject({ mode: 'sequential', rounds: 2, verdict: 'aborted' });
    expect(end.exitCode).toBe(97);
    // a, b, b, and of the second a what is left of 20.
    expect(comparison.reports).toHaveLength(4);
    expect(comparison.targets.map(({ completed }) => completed)).toEqual([8, 12]);
    const times = await Promise.all(
      ['turn-a', 'turn-b'].map(async (model) =>
        (await settledTruth(simulator, model)).map(({ received_at_ms }) => received_at_ms),
      ),
    );
    const [a = [], b = []] = times;
    expect([a.length, b.length]).toEqual([8, 12]);
    expect(Math.max(...a.slice(0, 6))).toBeLessThan(Math.min(...b));
    expect(Math.max(...b)).toBeLessThan(Math.min(...a.slice(6)));
  });

  it.concurrent.each([
    [['--output', '/proc/x/y.json'], 'cannot write to /proc/x/y.json'],
    [['--sequential'], 'no answer from'],
  ])('that cannot be made is refused before anything is measured: %j', async (words, hint) => {
    const { exitCode, stdout, stderr } = await tokenstorm([
      'compare',
      '--url=http://127.0.0.1:9',
      '--models=a,b',
      '-n1',
      ...words,
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });
});
