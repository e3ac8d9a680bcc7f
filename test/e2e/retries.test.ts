import { setTimeout as sleep } from 'node:timers/promises';
import type { MetricSummary } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, reportOf } from '../support/command.ts';
import { mostAtOnce } from '../support/requests-at-once.ts';
import { runWithTruth, settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { expectLatency } from '../support/timing-tolerance.ts';
import { readNoise, untilReceived } from '../support/truth.ts';
import { attemptsOf, gapsMs, lastContentAfterMs } from '../support/truth-attempts.ts';
import type { TruthAttempt } from '../support/truth-attempts.ts';

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
/** A data set of 200 prompts, so that each request has a body of its own. */
let prompts: { readonly path: string };

const quick = { ttftMs: 20, itlMs: 2, tokens: 6 };
const often = { ...quick, faultyAttempts: 4, faults: { overloaded: 0.5, rate_limited_bare: 0.1 } };

beforeAll(async () => {
  folder = await temporaryFolder();
  const rows = Array.from({ length: 200 }, (_, row) => JSON.stringify({ prompt: `Question ${row}?` }));
  prompts = { path: await folder.write('prompts.jsonl', rows.join('\n')) };
  simulator = await simulatorProcess(['--any-model']);
  await simulator.setModels({
    plan: {
      ...quick,
      retryAfterSeconds: 0,
      faultPlan: {
        // Each line is a request, but for those between them, which meet nothing.
        1: 'rate_limited',
        3: 'overloaded',
        4: 'rate_limited_bare',
        6: 'server_error',
        7: 'server_error',
        8: 'server_error',
        9: 'reset_after',
        10: 'reset_before',
        12: 'stream_error',
        13: 'truncated',
        14: 'close',
      },
    },
    'broken early': {
      ...quick,
      faultAfterEvents: 0,
      faultyAttempts: 1,
      faults: { truncated: 0.5, stream_error: 0.5 },
    },
    seconds: { ...quick, fault: 'rate_limited', faultyAttempts: 1, retryAfterSeconds: 2 },
    date: {
      ...quick,
      fault: 'rate_limited',
      faultyAttempts: 1,
      retryAfterSeconds: 1,
      retryAfterForm: 'date',
    },
    ms: { ...quick, fault: 'rate_limited', faultyAttempts: 1, retryAfterSeconds: 1.25, retryAfterForm: 'ms' },
    bare: { ...quick, fault: 'rate_limited', faultyAttempts: 1, retryAfterForm: 'none' },
    // What a busy machine spoils is measured anew, up to three times.
    often0: often,
    often1: often,
    often2: often,
    always: { ...quick, fault: 'overloaded' },
    unretried: { ...quick, fault: 'overloaded' },
    patience: { ...quick, fault: 'rate_limited', retryAfterSeconds: 301 },
    'one place': { ...quick, faultPlan: { 1: 'rate_limited' }, retryAfterSeconds: 2 },
    drained: { ...quick, fault: 'rate_limited', faultyAttempts: 1, retryAfterSeconds: 2 },
    stopped: { ...quick, fault: 'rate_limited', retryAfterSeconds: 60 },
  });
});

afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

const retry = { max_attempts: 3, initial_backoff_ms: 50, max_backoff_ms: 100 };
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const sumOf = (summary: MetricSummary | undefined) => (summary?.mean ?? NaN) * (summary?.count ?? NaN);

/** A run of so many requests, each with a body of its own. */
async function runOf(model: string, workload: object, execution: object = { retry }) {
  const workloads = [{ prompts, ...workload }];
  const run = await runWithTruth({ simulator, model, workloads, scenario: { execution } });
  return { ...run, requests: attemptsOf(run.truth) };
}

describe('retries', { timeout: 60_000 }, () => {
  it.concurrent('are made of what may be tried again, and counted as the server counts them', async () => {
    const { report, truth } = await runOf('plan', { requests: 9, concurrency: 1 });
    const faults = truth.map((record) => record.fault);
    // Broken after content (9, 12, 13) is over. The connection of the 10th was fresh.
    // One line for each request.
    const expected = [
      'rate_limited, answered',
      'overloaded, rate_limited_bare, answered',
      'server_error, server_error, server_error',
      'reset_after',
      'reset_before, answered',
      'stream_error',
      'truncated',
      'close',
      'answered',
    ];
    expect(faults.map((fault) => fault ?? 'answered').join(', ')).toBe(expected.join(', '));
    expect(report.accounting).toMatchObject({ scheduled: 9, completed: 5, failed: 4 });
    expect(report.errors).toEqual({ server_error: 1, reset: 1, stream_error: 1, stream_truncated: 1 });
    expect(report.retries).toEqual({
      attempts: 15,
      retried_requests: 4,
      amplification: 15 / 9,
      stale_reconnects: 0,
      failed_attempts: { rate_limited: 2, overloaded: 1, server_error: 2, reset: 1 },
    });
    expect(report.metrics.e2e).toMatchObject({ count: 5 });
    expect(report.metrics.e2e_first_attempt).toMatchObject({ count: 2 });
    expect(report.metrics.retry_wait).toMatchObject({ count: 9, min: 0 });
  });

  it.concurrent('are made after a stream that broke before its first content', async () => {
    const { report, requests } = await runOf('broken early', { requests: 40, concurrency: 4 });
    expect(report.accounting).toMatchObject({ scheduled: 40, completed: 40 });
    expect(requests).toHaveLength(40);
    for (const attempts of requests) expect(attempts.map(({ tokens }) => tokens)).toEqual([0, 6]);
    const { stream_error = 0, stream_truncated = 0 } = report.retries.failed_attempts;
    expect(stream_error + stream_truncated).toBe(40);
    expect(Math.min(stream_error, stream_truncated)).toBeGreaterThan(0);
  });

  it.concurrent.each([
    ['seconds', 2000],
    ['date', 1000],
    ['ms', 1250],
  ])('wait for as long as the server asks, in %s', async (model, askedMs) => {
    const { report, requests } = await runOf(model, { requests: 5, concurrency: 5 });
    expect(report.accounting).toMatchObject({ completed: 5 });
    const gaps = requests.flatMap(gapsMs);
    expect(gaps).toHaveLength(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(askedMs);
    expect(report.metrics.retry_wait?.min).toBeGreaterThanOrEqual(askedMs);
    // Nobody asked for more: a date is a whole second.
    expect(report.metrics.retry_wait?.p50).toBeLessThan(askedMs + 1500);
    expect(report.retries.failed_attempts).toEqual({ rate_limited: 5 });
  });

  it.concurrent('without a word of the server wait between nothing and the back-off', async () => {
    const { report } = await runOf('bare', { requests: 30, concurrency: 5 });
    const { min = NaN, mean = NaN, p75 = NaN } = report.metrics.retry_wait ?? {};
    // Uniform from 0 to 50 ms: the mean of 30 lies within 25 ± 11 (4 standard deviations), and a timer is late.
    expect(min).toBeLessThan(12);
    expect(mean).toBeGreaterThan(14);
    expect(p75).toBeLessThan(mean * 2.5);
  });

  const patient = { retry: 2 };
  it.concurrent(
    'take as long, over all attempts, as the log of the server says',
    patient,
    async ({ task }) => {
      const model = `often${task.result?.retryCount ?? 0}`;
      const execution = { retry: { ...retry, max_attempts: 6, initial_backoff_ms: 40 } };
      const { report, truth, requests } = await runOf(model, { requests: 80, concurrency: 4 }, execution);
      expect(report.accounting).toMatchObject({ scheduled: 80, completed: 80 });
      expect(requests).toHaveLength(80);
      const { attempts, stale_reconnects, amplification, retried_requests, failed_attempts } = report.retries;
      expect(attempts + stale_reconnects).toBe(truth.length);
      expect(amplification).toBeCloseTo(truth.length / 80, 10);
      const retried = requests.filter((all) => all.length > 1);
      expect(retried_requests).toBe(retried.length);
      const refusals = (status: number) => truth.filter((record) => record.status_code === status).length;
      expect(failed_attempts).toEqual({ overloaded: refusals(503), rate_limited: refusals(429) });
      const { e2e, e2e_logical, e2e_first_attempt, retry_wait } = report.metrics;
      expect([e2e?.count, e2e_logical?.count, e2e_first_attempt?.count]).toEqual([
        80,
        80,
        80 - retried.length,
      ]);
      const noiseMs = await readNoise(simulator.url);
      const once = requests.filter((all) => all.length === 1);
      const fromFirst = (all: readonly TruthAttempt[]) => lastContentAfterMs(all, all[0]);
      const fromLast = (all: readonly TruthAttempt[]) => lastContentAfterMs(all, all.at(-1));
      expectLatency(e2e_logical, { values: requests.map(fromFirst), noiseMs });
      expectLatency(e2e, { values: requests.map(fromLast), noiseMs });
      expectLatency(e2e_first_attempt, { values: once.map(fromFirst), noiseMs });
      // The client's waits lie inside the gaps that the server saw, and make up most of them.
      const gaps = sum(requests.flatMap(gapsMs));
      expect(sumOf(retry_wait)).toBeLessThanOrEqual(gaps);
      expect(sumOf(retry_wait)).toBeGreaterThan(0.5 * gaps);
      expect(sumOf(e2e_logical)).toBeGreaterThan(sumOf(e2e) + sumOf(retry_wait));
    },
  );

  it.concurrent('end with the attempts: the request failed once', async () => {
    const { report, truth } = await runOf('always', { requests: 10, concurrency: 2 });
    expect(report.accounting).toMatchObject({ scheduled: 10, failed: 10 });
    expect(report.errors).toEqual({ overloaded: 10 });
    expect(report.retries).toMatchObject({ attempts: 30, failed_attempts: { overloaded: 20 } });
    expect(truth).toHaveLength(30);
  });

  it.concurrent('are none where the server asks for a longer wait than a request may take', async () => {
    const { report, truth } = await runOf('patience', { requests: 3, concurrency: 3 });
    expect(report.errors).toEqual({ rate_limited: 3 });
    expect(report.retries).toMatchObject({ attempts: 3, retried_requests: 0, failed_attempts: {} });
    expect(truth).toHaveLength(3);
  });

  it.concurrent('are none unless they are asked for', async () => {
    const { report, truth } = await runOf('unretried', { requests: 4, concurrency: 4 }, {});
    expect(report.retries).toMatchObject({ attempts: 4, retried_requests: 0, amplification: 1 });
    expect(truth).toHaveLength(4);
  });

  it.concurrent('hold no place while they wait', async () => {
    const execution = { retry, max_concurrency: 1 };
    const { report, truth, requests } = await runOf(
      'one place',
      { requests: 12, concurrency: 12 },
      execution,
    );
    expect(report.accounting).toMatchObject({ completed: 12 });
    expect(mostAtOnce(truth)).toBe(1);
    const retried = requests.find((attempts) => attempts.length === 2);
    expect(retried?.map((record) => record.model_ordinal)).toEqual([1, 13]);
    expect(report.metrics.retry_wait?.max).toBeGreaterThanOrEqual(2000);
    // Eleven answers, one after the other, came in the wait of the first.
    expect(report.metrics.concurrency_wait?.max).toBeLessThan(report.metrics.retry_wait?.max ?? NaN);
  });
});

describe('Ctrl-C', { timeout: 60_000 }, () => {
  /** Ten virtual users whose first requests are all refused. */
  async function startRefused(model: string): Promise<CommandProcess> {
    const path = await folder.write(`${model}.yaml`, {
      providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: [model] }],
      workload: {
        scenarios: [{ name: 'users', executor: 'constant-vus', vus: 10, duration: '1m', prompts }],
      },
      execution: { retry },
    });
    const command = new CommandProcess(['run', path, '--json', '--allow-invalid']);
    await untilReceived(simulator.url, [model], 10);
    return command;
  }

  it.concurrent('once lets a request that waits for its next attempt make it', async () => {
    const command = await startRefused('drained');
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    const { accounting, retries } = reportOf(end);
    expect(accounting).toMatchObject({ scheduled: 10, completed: 10, cancelled: 0 });
    expect(retries).toMatchObject({
      attempts: 20,
      retried_requests: 10,
      failed_attempts: { rate_limited: 10 },
    });
    expect(await settledTruth(simulator, 'drained')).toHaveLength(20);
  });

  it.concurrent('twice cancels it: nothing more is sent', async () => {
    const command = await startRefused('stopped');
    command.signal('SIGINT');
    while (!command.stderr.includes('Stopping')) await sleep(10);
    command.signal('SIGINT');
    const end = await command.ended;
    expect(end.exitCode).toBe(130);
    const report = reportOf(end);
    expect(report.accounting).toMatchObject({ scheduled: 10, failed: 0, cancelled: 10 });
    expect(report.errors).toEqual({});
    expect(report.retries).toEqual({
      attempts: 10,
      retried_requests: 0,
      amplification: 1,
      stale_reconnects: 0,
      failed_attempts: { rate_limited: 10 },
    });
    expect(await settledTruth(simulator, 'stopped')).toHaveLength(10);
  });
});
