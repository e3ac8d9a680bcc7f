import type { Report } from '@tokenstorm/core';
import type { TruthRecord } from '@tokenstorm/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWithTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { largestExcess, usedShare } from '../support/token-windows.ts';
import type { Allowance, Received } from '../support/token-windows.ts';

const loadMs = 12_000;
/**
 * Permits are spaced at the client; on the way a busy machine may hold one request up and the next one less. So much of
 * the rate a window may have on top. Windows right after the start are the only ones that come near their allowance.
 */
const jitterMs = 150;
const windowsMs = [1000, 5000, 10_000, loadMs];

let simulator: SimulatorProcess;

beforeAll(async () => {
  const quick = { ttftMs: 20, itlMs: 0 };
  simulator = await simulatorProcess(['--any-model']);
  await simulator.setModels({
    requests: { ...quick, tokens: 1 },
    together: { ...quick, tokens: 100 },
    // 130 tokens where characters / 4 are 100.
    apart: { ...quick, tokens: 100, promptTokens: 130 },
    enforcing: { ...quick, tokens: 1, requestsPerMinute: 600, limitBurstSeconds: 1.5 },
    stating: { ...quick, tokens: 1, requestsPerMinute: 300, limitMode: 'state' },
  });
});

afterAll(() => simulator.close());

/** 400 characters: 100 tokens. */
const prompt = 'abcdefgh'.repeat(50);

/** Twice what the limits below let through, for as long as they are looked at; who still waits then is cancelled. */
function offered(rate: number, keys: object = {}) {
  const load = {
    executor: 'constant-arrival-rate',
    rate,
    duration: `${loadMs / 1000}s`,
    max_in_flight: 10_000,
  };
  return [{ ...load, graceful_stop: '1s', ...keys }];
}

async function runLimited(model: string, limits: object, workloads: readonly object[]) {
  const provider = {
    name: 'own',
    type: 'openai-compatible',
    base_url: simulator.url,
    models: [model],
    limits,
  };
  return await runWithTruth({ simulator, model, workloads, scenario: { providers: [provider] } });
}

function receptions(
  truth: readonly TruthRecord[],
  amount: (record: TruthRecord) => number,
): readonly Received[] {
  return truth.map((record) => ({ atMs: record.received_at_ms, amount: amount(record) }));
}

function expectKept(received: readonly Received[], { perMinute, bucket }: Allowance): void {
  const jitter = (perMinute / 60_000) * jitterMs;
  for (const windowMs of windowsMs) {
    expect(largestExcess(received, windowMs, { perMinute, bucket: bucket + jitter })).toBeLessThanOrEqual(0);
  }
}

/** The bucket is used up within the first seconds: from then on it is the rate alone. */
function expectUsed(received: readonly Received[], perMinute: number): void {
  expect(usedShare(received, [3000, loadMs], perMinute)).toBeGreaterThanOrEqual(0.97);
}

/** Reasons for which a busy machine is to blame, not the limits. */
const machineReasons = ['schedule_lag', 'send_delay', 'stamp_error_bound', 'run_queue_delay', 'clock_error'];

function expectLimitsAreNoFlaw({ validity, errors }: Report): void {
  expect(validity.reasons.map(({ code }) => code).filter((code) => !machineReasons.includes(code))).toEqual(
    [],
  );
  expect(errors).toEqual({});
}

function debtOf({ notes }: Report): number {
  const text = notes
    .map((note) => /charged ([\d,]+) tokens after/.exec(note)?.[1])
    .find((found) => found !== undefined);
  return Number((text ?? '0').replaceAll(',', ''));
}

describe('limits that the run keeps by itself', { timeout: 90_000 }, () => {
  it.concurrent('requests: no window above the rate and the bucket, and the rate used up', async () => {
    const run = await runLimited('requests', { requests_per_minute: 600 }, offered(20));
    const received = receptions(run.truth, () => 1);
    expectKept(received, { perMinute: 600, bucket: 10 });
    expectUsed(received, 600);
    expectLimitsAreNoFlaw(run.report);
    // At the end half of what was offered still waits: the last one to leave was due half the time ago.
    expect(run.report.metrics.rate_limit_wait?.max).toBeGreaterThan(loadMs / 3);
    expect(run.report.metrics.concurrency_wait?.max).toBeLessThan(1);
    expect(run.report.metrics.ttft?.p50).toBeLessThan(1000);
    expect(run.stderr).toBe('');
    expect(run.report.notes[0]).toContain('offer own up to 1,200 requests a minute, and its limit is 600');
  });

  it.concurrent('tokens together: the output limit counts when the request arrives', async () => {
    const limits = { tokens_per_minute: 60_000 };
    const run = await runLimited('together', limits, offered(10, { prompt, max_tokens: 100 }));
    const received = receptions(run.truth, (record) => record.asked_tokens);
    expect(new Set(received.map(({ amount }) => amount))).toEqual(new Set([200]));
    expectKept(received, { perMinute: 60_000, bucket: 1000 });
    expectUsed(received, 60_000);
    expectLimitsAreNoFlaw(run.report);
    expect(debtOf(run.report)).toBe(0);
  });

  it.concurrent('tokens apart, without an output limit: what was reserved too low is stated as debt', async () => {
    const limits = { input_tokens_per_minute: 39_000, output_tokens_per_minute: 60_000, burst_seconds: 2 };
    const run = await runLimited('apart', limits, offered(10, { prompt }));
    const debt = debtOf(run.report);
    // Estimated at 100 and counted 130: only for requests that left before the first answer was there.
    expect(debt % 30).toBe(0);
    expect(debt).toBeGreaterThan(0);
    expect(debt).toBeLessThanOrEqual(30 * 13);
    const input = receptions(run.truth, (record) => record.asked_input_tokens);
    expectKept(input, { perMinute: 39_000, bucket: 1300 + debt });
    expectUsed(input, 39_000);
    const output = receptions(run.truth, (record) => record.token_counts?.output ?? 0);
    expectKept(output, { perMinute: 60_000, bucket: 2000 });
    expectLimitsAreNoFlaw(run.report);
    expect(run.report.notes.join('\n')).toContain('1,024 output tokens were reserved');
  });

  it.concurrent('a server that enforces the same limit refuses nothing', async () => {
    const run = await runLimited('enforcing', { requests_per_minute: 600 }, offered(20));
    expectLimitsAreNoFlaw(run.report);
    expect(run.truth.every(({ status_code }) => status_code === 200)).toBe(true);
    expectUsed(
      receptions(run.truth, () => 1),
      600,
    );
  });

  it.concurrent('a server that says less is followed, and the report says so', async () => {
    const run = await runLimited('stating', { requests_per_minute: 1200 }, offered(10));
    // The bucket of the file's limit, 20, was full at the start: until the first answer it could be emptied.
    expectKept(
      receptions(run.truth, () => 1),
      { perMinute: 300, bucket: 20 },
    );
    expect(run.report.notes).toContain('own says 300 requests a minute, the scenario 1,200: 300 was kept.');
  });
});
