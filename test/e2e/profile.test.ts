import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { truthTokens } from '../support/truth-tokens.ts';

const secret = 'profile-secret-abcdef-123456';

let simulator: SimulatorProcess;
beforeAll(async () => {
  simulator = await simulatorProcess(['--seed', '4']);
  await simulator.setModels({
    profiled: { ttftMs: 40, itlMs: 4, tokens: 12, faults: { server_error: 0.1 } },
  });
});
afterAll(() => simulator.close());

const commas = (count: number) => count.toLocaleString('en-US');

describe('a profile', { timeout: 60_000 }, () => {
  it.concurrent('sends what was asked for, and shows it in its layout', async () => {
    const words = `profile --provider openai --model profiled -u ${simulator.url} --api-key env:MY_KEY --stream --iterations 60 --concurrency 6 --timeout 20s --warmup 2 --allow-invalid`;
    const end = await tokenstorm([...words.split(' '), '--prompt', 'Explain quantum computing'], {
      environment: { MY_KEY: secret },
    });
    const all = await settledTruth(simulator, 'profiled');
    const truth = all.slice(2);
    const { completed, inputTokens, outputTokens } = truthTokens(truth);
    expect(all.length).toBe(62);
    expect(all.every(({ stream }) => stream)).toBe(true);
    expect(completed).toBeLessThan(60);
    const { stdout, stderr, exitCode } = end;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^Tokenstorm \S+ - Profile Results\n=+\n\nProvider: openai \| Model: profiled\nDuration: \S+ \| Requests: 60 \| Concurrency: 6\n/,
    );
    expect(stdout).toMatch(/│ Metric +│ +Min │ +Mean │ +Median │ +p95 │ +p99 │\n/);
    // The server waits 40 ms, then 4 ms before each of 11 further tokens.
    const median = (label: string) =>
      Number(new RegExp(`│ ${label}[^│]*│[^│]*│[^│]*│ +([\\d.]+) │`).exec(stdout)?.[1]);
    expect(median('TTFT')).toBeGreaterThanOrEqual(40);
    expect(median('TTFT')).toBeLessThan(80);
    expect(median('Total Duration')).toBeGreaterThanOrEqual(40 + 11 * 4);
    expect(median('Tokens/sec')).toBeLessThan(251);
    expect(stdout).toContain(
      `Prompt: ${commas(inputTokens)} tokens | Completion: ${commas(outputTokens)} tokens | Total: ${commas(inputTokens + outputTokens)} tokens\n`,
    );
    expect(stdout).toContain(`(${completed}/60)\n`);
    expect(stdout).toMatch(/Errors: .* failed[^]* server_error/);
    expect(stdout).toMatch(/Validity: [A-Z]+\.[^]*Verdict: PASSED\./);
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    expect(stdout + stderr).not.toContain(secret);
  });

  it.concurrent('is the report of a run with --json, a hundred requests long where nobody says how long', async () => {
    const end = await tokenstorm([
      'profile',
      '-u',
      simulator.url,
      '-m',
      'sim-fast-n2',
      '-c',
      '20',
      '--json',
      '--quiet',
      '--allow-invalid',
    ]);
    const report = reportOf(end);
    expect(report).toMatchObject({
      run: { name: 'profile' },
      accounting: { scheduled: 100, completed: 100 },
    });
    expect(await settledTruth(simulator, 'sim-fast-n2')).toHaveLength(100);
  });

  it.concurrent.each([
    [['--provider', 'google', '--model', 'g'], 'provider `google` is not supported yet'],
    [['--provider', 'openai', '--model', 'g'], '`OPENAI_API_KEY` is not set'],
  ])('%j is refused before anything is sent', async (words, hint) => {
    const { exitCode, stdout, stderr } = await tokenstorm(['profile', ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });
});
