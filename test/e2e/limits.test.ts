import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostAtOnce } from '../support/requests-at-once.ts';
import { runWithTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess(['--any-model']);
  await simulator.setModels({
    dropping: { ttftMs: 2000, itlMs: 0, tokens: 1 },
    gated: { ttftMs: 100, itlMs: 5, tokens: 10 },
    'warm-count': { ttftMs: 20, itlMs: 1, tokens: 5 },
    'warm-time': { ttftMs: 20, itlMs: 1, tokens: 5 },
    graceful: { ttftMs: 50, itlMs: 100, tokens: 100 },
    whole: { ttftMs: 20, itlMs: 1, tokens: 5 },
  });
});

afterAll(() => simulator.close());

const open = { executor: 'constant-arrival-rate', rate: 20, duration: '1s' };

describe('limits of the load', { timeout: 60_000 }, () => {
  it.concurrent('max_in_flight drops what is too much, and counts it', async () => {
    const workloads = [{ ...open, max_in_flight: 5 }];
    const { report, truth } = await runWithTruth({ simulator, model: 'dropping', workloads });
    expect(report.accounting).toEqual({
      scheduled: 20,
      completed: 5,
      failed: 0,
      dropped: 15,
      lost: 0,
      cancelled: 0,
    });
    expect(truth).toHaveLength(5);
    expect(report.validity.reasons.map(({ code }) => code)).toContain('past_knee');
  });

  it.concurrent('max_concurrency makes requests wait, over all workloads, and times the wait', async () => {
    const workloads = [open, { ...open, duration: '1s' }, { requests: 10, concurrency: 10 }];
    const scenario = { execution: { max_concurrency: 4 } };
    const { report, truth } = await runWithTruth({ simulator, model: 'gated', workloads, scenario });
    expect(report.accounting).toMatchObject({ scheduled: 50, completed: 50 });
    expect(truth).toHaveLength(50);
    expect(mostAtOnce(truth)).toBe(4);
    // 50 requests of 145 ms, four at a time, take 1.8 s; the last of them were due within 1 s.
    expect(report.metrics.concurrency_wait?.max).toBeGreaterThan(500);
    expect(report.metrics.ttft?.p50).toBeLessThan(report.metrics.concurrency_wait?.max ?? 0);
    expect(report.metrics.ttft_corrected?.max).toBeGreaterThan(500);
  });

  it.concurrent('warm-up requests are sent before, and in no total', async () => {
    const workloads = [{ requests: 10, concurrency: 2 }];
    const scenario = { execution: { warmup_requests: 4 } };
    const { report, truth } = await runWithTruth({ simulator, model: 'warm-count', workloads, scenario });
    expect(report.accounting).toMatchObject({ scheduled: 10, completed: 10 });
    expect(report.metrics.ttft?.count).toBe(10);
    expect(report.tokens.output).toBe(50);
    expect(truth).toHaveLength(14);
    expect(mostAtOnce(truth.slice(0, 4))).toBe(1);
    expect(report.notes).toContain('Left out of these numbers: 4 requests of the warm-up.');
  });

  it.concurrent('a warm-up by time is a part of the load, and in no total', async () => {
    const workloads = [{ ...open, duration: '2s', warmup: '500ms' }];
    const { report, truth } = await runWithTruth({ simulator, model: 'warm-time', workloads });
    expect(report.accounting).toMatchObject({ scheduled: 30, completed: 30 });
    expect(report.metrics.e2e?.count).toBe(30);
    expect(truth).toHaveLength(40);
  });

  it.concurrent('what runs on after graceful_stop is cancelled, and counted', async () => {
    const workloads = [{ ...open, rate: 5, graceful_stop: '300ms' }];
    const { report, truth, exitCode } = await runWithTruth({ simulator, model: 'graceful', workloads });
    expect(exitCode).toBe(0);
    expect(report.verdict).toBe('passed');
    expect(report.accounting).toMatchObject({ scheduled: 5, completed: 0, failed: 0, cancelled: 5 });
    expect(truth.map((record) => record.outcome)).toEqual(Array(5).fill('aborted'));
    // An answer takes 10 s.
    expect(report.run.duration_s).toBeLessThan(5);
  });

  it.concurrent('stream: false asks for whole answers, which have no time of a token', async () => {
    const workloads = [{ requests: 8, concurrency: 2, stream: false }];
    const { report, truth } = await runWithTruth({ simulator, model: 'whole', workloads });
    expect(report.accounting).toMatchObject({ scheduled: 8, completed: 8 });
    expect(truth.map((record) => record.stream)).toEqual(Array(8).fill(false));
    expect(Object.keys(report.metrics)).not.toContain('ttft');
    expect(Object.keys(report.metrics)).not.toContain('tpot');
    expect(report.metrics.e2e?.count).toBe(8);
    expect(report.tokens).toMatchObject({ output: 40, source: 'provider' });
  });
});
