import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWithTruth, settledTruth } from '../support/run-with-truth.ts';
import type { RunWithTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { truthSpend, truthTokensSpent } from '../support/truth-spend.ts';

const price = { input: 100, output: 200 };
/** An answer is as long as its limit, so what a request sets aside is what it costs, but for the prompt. */
const outputTokens = 20;
const quick = { ttftMs: 20, itlMs: 2, tokens: outputTokens };
/** The prompt: 80 characters, taken for 20 tokens until the server has counted. */
const prompt = 'How much will all of these answers cost in the end, and who is going to pay it? ';
const users = 8;
const flags = ['--no-preflight'];

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess(['--any-model']);
  await simulator.setModels({
    drained: quick,
    'two-processes': quick,
    'in-tokens': quick,
    stopped: quick,
    'stopped-beside': { ttftMs: 12_000, itlMs: 0, tokens: 1 },
    'drained-slow': quick,
    'drained-slow-beside': { ttftMs: 12_000, itlMs: 0, tokens: 1 },
    'in-requests': { ...quick, faultyAttempts: 4, faults: { overloaded: 0.4, rate_limited_bare: 0.2 } },
    cut: { ...quick, faults: { truncated: 0.3 } },
    enough: quick,
    'warm-up': quick,
  });
});

afterAll(() => simulator.close());

/** A run of virtual users for longer than its budget lasts. */
function run(model: string, budget: object, more: object = {}, words: readonly string[] = []) {
  return runWithTruth({
    simulator,
    model,
    workloads: [{ executor: 'constant-vus', vus: users, duration: '60s', prompt, max_tokens: outputTokens }],
    scenario: {
      providers: [
        {
          name: 'own',
          type: 'openai-compatible',
          base_url: simulator.url,
          models: [model],
          pricing: { [model]: price },
        },
      ],
      budget,
      ...more,
    },
    flags: [...flags, ...words],
  });
}

/** The same with two users beside whose answers take 12 s and cost next to nothing: the budget does not wait for them. */
async function runBesideSlow(model: string, on_exhausted: 'drain' | 'stop') {
  const server = { type: 'openai-compatible', base_url: simulator.url };
  const slow = `${model}-beside`;
  const load = { executor: 'constant-vus', duration: '60s', prompt };
  const outcome = await runWithTruth({
    simulator,
    model,
    workloads: [
      { ...load, vus: users, max_tokens: outputTokens, providers: ['quick'] },
      { ...load, vus: 2, max_tokens: 1, providers: ['slow'] },
    ],
    scenario: {
      providers: [
        { ...server, name: 'quick', models: [model], pricing: { [model]: price } },
        { ...server, name: 'slow', models: [slow], pricing: { [slow]: { input: 0.1, output: 0.1 } } },
      ],
      budget: { usd: 1, on_exhausted },
    },
    flags,
  });
  return { ...outcome, slow: await settledTruth(simulator, slow) };
}

function expectExhausted({ report, exitCode }: Pick<RunWithTruth, 'report' | 'exitCode'>) {
  const { scheduled, completed, failed, dropped, lost, cancelled } = report.accounting;
  expect({ exitCode, verdict: report.verdict, reason: report.run.stop_reason }).toEqual({
    exitCode: 97,
    verdict: 'aborted',
    reason: 'budget',
  });
  expect(scheduled).toBe(completed + failed + dropped + lost + cancelled);
  expect(report.budget?.exhausted).toBe(true);
  expect(report.run.duration_s).toBeLessThan(30);
}

/**
 * Until the server has counted a prompt, each user may have one under way that was taken for less than it is: so far the spend may
 * be above the budget.
 */
function estimateBound(promptTokens: number): number {
  const guessed = Math.ceil(prompt.length / 4);
  return (users * Math.max(0, promptTokens - guessed) * price.input) / 1_000_000;
}

describe('a run with a budget', { timeout: 90_000 }, () => {
  it.concurrent('in dollars spends it, and ends when the next request does not fit', async () => {
    const outcome = await run('drained', { usd: 1 });
    const { report, truth } = outcome;
    expectExhausted(outcome);
    const spend = truthSpend(truth, price);
    expect(spend).toBeGreaterThan(0.95);
    expect(spend).toBeLessThanOrEqual(1 + estimateBound(truth[0]?.asked_input_tokens ?? Infinity));
    // What was under way could finish, so all of it is in the report, to the last billionth.
    expect(new Set(truth.map((record) => record.outcome))).toEqual(new Set(['completed']));
    expect(report.cost?.total_usd).toBeCloseTo(spend, 9);
    expect(report.budget?.usd).toEqual({ limit: 1, used: expect.closeTo(spend, 9) });
    expect(report.cost?.per_request_usd).toBeCloseTo(spend / truth.length, 9);
    expect(report.accounting.completed).toBe(truth.length);
    expect(report.accounting.cancelled).toBeLessThanOrEqual(users);
  });

  it.concurrent('cancels what is under way where it is told to stop', async () => {
    const outcome = await runBesideSlow('stopped', 'stop');
    expectExhausted(outcome);
    const spend = truthSpend(outcome.truth, price);
    expect(spend).toBeGreaterThan(0.95);
    expect(spend).toBeLessThanOrEqual(1 + estimateBound(outcome.truth[0]?.asked_input_tokens ?? Infinity));
    expect(outcome.slow.slice(-2).map((record) => record.outcome)).toEqual(['aborted', 'aborted']);
    expect(outcome.report.accounting.cancelled).toBeGreaterThanOrEqual(2);
  });

  it.concurrent('lets what is under way finish where it is told to drain', async () => {
    const outcome = await runBesideSlow('drained-slow', 'drain');
    expectExhausted(outcome);
    expect(new Set(outcome.slow.map((record) => record.outcome))).toEqual(new Set(['completed']));
    const { budget, run: facts } = outcome.report;
    expect(facts.duration_s).toBeGreaterThan((budget?.exhausted_after_s ?? Infinity) + 1);
  });

  it.concurrent('in tokens counts those of prompts and answers', async () => {
    const outcome = await run('in-tokens', { tokens: 4000 });
    expectExhausted(outcome);
    const spent = truthTokensSpent(outcome.truth);
    expect(spent).toBeGreaterThan(3800);
    expect(spent).toBeLessThanOrEqual(
      4000 + (estimateBound(outcome.truth[0]?.asked_input_tokens ?? Infinity) * 1e6) / price.input,
    );
    expect(outcome.report.budget?.tokens?.used).toBe(spent);
    expect(outcome.report.budget?.usd).toBeNull();
  });

  it.concurrent('in requests counts each attempt that the server saw, to the last one', async () => {
    const retry = { max_attempts: 4, initial_backoff_ms: 5, max_backoff_ms: 20 };
    const execution = { warmup_requests: 3, retry };
    const outcome = await run('in-requests', { requests: 120 }, { execution });
    expectExhausted(outcome);
    expect(outcome.truth).toHaveLength(120);
    expect(outcome.report.budget?.requests).toEqual({ limit: 120, used: 120 });
    expect(outcome.truth.filter((record) => record.outcome === 'completed').length).toBeLessThan(80);
  });

  it.concurrent('counts as used what was set aside for answers that were cut off', async () => {
    const outcome = await run('cut', { tokens: 4000 });
    expectExhausted(outcome);
    const { report, truth } = outcome;
    const cut = truth.filter((record) => record.fault === 'truncated');
    const promptTokens = truth[0]?.asked_input_tokens ?? 0;
    expect(cut.length).toBeGreaterThan(5);
    const whole = truthTokensSpent(truth.filter((record) => record.fault === null));
    // Of the first ones the prompt was guessed.
    const used = report.budget?.tokens?.used ?? 0;
    const guess = users * Math.abs(promptTokens - Math.ceil(prompt.length / 4));
    expect(Math.abs(used - whole - cut.length * (promptTokens + outputTokens))).toBeLessThanOrEqual(guess);
    expect(used).toBeGreaterThan(3800);
  });

  it.concurrent('holds over several processes', async () => {
    const outcome = await run('two-processes', { usd: 1 }, {}, ['--processes', '2']);
    const { report, truth } = outcome;
    expectExhausted(outcome);
    const spend = truthSpend(truth, price);
    expect(spend).toBeGreaterThan(0.95);
    expect(spend).toBeLessThanOrEqual(1 + estimateBound(truth[0]?.asked_input_tokens ?? Infinity));
    expect(report.cost?.total_usd).toBeCloseTo(spend, 9);
    expect(report.budget?.usd?.used).toBeCloseTo(spend, 9);
  });

  it.concurrent('that is enough ends as any other, and says what it used', async () => {
    const outcome = await runWithTruth({
      simulator,
      model: 'enough',
      workloads: [{ requests: 30, concurrency: 5, max_tokens: outputTokens }],
      scenario: { budget: { tokens: 10_000, requests: 30 } },
      flags,
    });
    expect({ exitCode: outcome.exitCode, verdict: outcome.report.verdict }).toEqual({
      exitCode: 0,
      verdict: 'passed',
    });
    expect(outcome.report.accounting).toMatchObject({ scheduled: 30, completed: 30 });
    expect(outcome.report.budget).toEqual({
      on_exhausted: 'drain',
      exhausted: false,
      exhausted_after_s: null,
      usd: null,
      tokens: { limit: 10_000, used: truthTokensSpent(outcome.truth) },
      requests: { limit: 30, used: 30 },
    });
    expect(outcome.report.cost).toBeNull();
  });

  it.concurrent('may be used up by the warm-up', async () => {
    const execution = { warmup_requests: 10 };
    const outcome = await run('warm-up', { requests: 4 }, { execution });
    expectExhausted(outcome);
    expect(outcome.truth).toHaveLength(4);
    expect(outcome.report.accounting).toMatchObject({ completed: 0 });
    expect(outcome.report.budget).toMatchObject({ exhausted_after_s: 0, requests: { used: 4 } });
  });
});
