import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, reportOf, tokenstorm } from '../support/command.ts';
import { runWithTruth, settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { untilReceived } from '../support/truth.ts';

let simulator: SimulatorProcess;

/** The requests of these ordinals meet a 500. */
const failing = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from + 1 }, (_, index) => [from + index, 'server_error']));

beforeAll(async () => {
  simulator = await simulatorProcess();
  const fast = { ttftMs: 5, itlMs: 1, tokens: 5 };
  await simulator.setModels({
    fast,
    stopped: fast,
    allowed: fast,
    slow: { ...fast, ttftMs: 3000 },
    quick: fast,
    'all-failing': { ...fast, fault: 'server_error' },
    'bad-second': { ...fast, faultPlan: failing(41, 80) as Record<number, 'server_error'> },
  });
});

afterAll(() => simulator.close());

const open = { executor: 'constant-arrival-rate', rate: 40, duration: '1s' };

describe('thresholds', { timeout: 60_000 }, () => {
  const words = () => ['run', '-u', simulator.url, '-m', 'fast', '-n', '20', '--allow-invalid', '--quiet'];

  it.concurrent('that hold end in 0, with a tick each', async () => {
    const held = ['--threshold', 'e2e: p(95) < 30s', '--threshold', 'requests: count == 20'];
    const { exitCode, stdout } = await tokenstorm([...words(), ...held]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}✓ e2e: p\(95\) < 30s +[\d.]+ ms$/m);
    expect(stdout).toMatch(/^ {2}✓ requests: count == 20 +20$/m);
    expect(stdout).toContain('Verdict: PASSED. Every threshold held.');
  });

  it.concurrent('of which one does not hold end in 99, with a cross', async () => {
    const broken = ['--threshold', 'e2e: p(95) < 30s', '--threshold', 'ttft: min < 1ms'];
    const { exitCode, stdout } = await tokenstorm([...words(), ...broken]);
    expect(exitCode).toBe(99);
    expect(stdout).toMatch(/^ {2}✓ e2e: p\(95\) < 30s/m);
    expect(stdout).toMatch(/^ {2}✗ ttft: min < 1ms +[\d.]+ ms$/m);
    expect(stdout).toContain('Verdict: FAILED. 1 of 2 thresholds did not hold.');
  });

  it.concurrent('with abort_on_fail stop the run early', async () => {
    const thresholds = { errors: { threshold: 'rate < 10%', abort_on_fail: true } };
    const workloads = [{ ...open, rate: 20, duration: '60s' }];
    const scenario = { thresholds };
    const outcome = await runWithTruth({ simulator, model: 'all-failing', workloads, scenario });
    const { report, truth, exitCode } = outcome;
    expect(exitCode).toBe(99);
    expect(report).toMatchObject({ verdict: 'aborted', run: { stop_reason: 'threshold' } });
    expect(report.thresholds).toMatchObject([{ passed: false, measured: 1, aborted: true }]);
    expect(report.run.duration_s).toBeLessThan(30);
    expect(report.accounting.scheduled).toBeLessThan(600);
    // Of what was cancelled just then, the server may not have heard.
    expect(truth.length).toBeGreaterThanOrEqual(report.accounting.failed);
    expect(truth.length).toBeLessThanOrEqual(report.accounting.failed + report.accounting.cancelled);
  });

  it.concurrent('with a window see what the whole run hides', async () => {
    const scenario = { thresholds: { errors: ['rate < 50%', { threshold: 'rate < 25%', window: '1s' }] } };
    const workloads = [{ ...open, duration: '3s' }];
    const outcome = await runWithTruth({ simulator, model: 'bad-second', workloads, scenario });
    expect(outcome.report.accounting).toMatchObject({ scheduled: 120, completed: 80, failed: 40 });
    expect(outcome.report.errors).toEqual({ server_error: 40 });
    expect(outcome.report.thresholds.map(({ passed }) => passed)).toEqual([true, false]);
    expect(outcome.exitCode).toBe(99);
  });

  it.concurrent('may ask for the goodput', async () => {
    const limits = ['--goodput', 'ttft:2000', '--threshold', 'goodput: rate == 0.5'];
    const models = ['-m', 'quick', '-m', 'slow', '-n', '6', '-c', '6'];
    const end = await tokenstorm([
      'run',
      '-u',
      simulator.url,
      ...models,
      ...limits,
      '--json',
      '--allow-invalid',
    ]);
    expect(reportOf(end).throughput.goodput_ratio).toBe(0.5);
    expect(end.exitCode).toBe(0);
  });
});

describe('a generator that was late', { timeout: 60_000 }, () => {
  /** Holds the process up in the middle of an open loop. */
  async function stoppedRun(model: string, flags: readonly string[]) {
    const load = ['-u', simulator.url, '-m', model, '--rate', '20', '-d', '3s', '--json', '--quiet'];
    const command = new CommandProcess(['run', ...load, ...flags]);
    await untilReceived(simulator.url, [model], 10);
    command.signal('SIGSTOP');
    await sleep(1200);
    command.signal('SIGCONT');
    const end = await command.ended;
    return { end, report: reportOf(end) };
  }

  it.concurrent('makes the measurement invalid, and nothing else', async () => {
    const { end, report } = await stoppedRun('stopped', []);
    expect(end.exitCode).toBe(5);
    expect(report.validity.level).toBe('invalid');
    expect(report.validity.reasons.map(({ code }) => code)).toContain('schedule_lag');
    expect(report.generator.schedule_lag_p99_ms).toBeGreaterThan(500);
    expect(report.verdict).toBe('passed');
    expect(report.accounting).toMatchObject({ scheduled: 60, completed: 60 });
    expect(await settledTruth(simulator, 'stopped')).toHaveLength(60);
    // From the planned start on, the stop is in the latencies; from the actual one on, it is not.
    expect(report.metrics.e2e_corrected?.max).toBeGreaterThan(1000);
    expect(report.metrics.ttft?.p50).toBeLessThan(500);
  });

  it.concurrent('is let off with --allow-invalid', async () => {
    const { end, report } = await stoppedRun('allowed', ['--allow-invalid']);
    expect(report.validity.level).toBe('invalid');
    expect(end.exitCode).toBe(0);
  });

  it.concurrent('or a run past the knee, is refused with --fail-on suspect', async () => {
    const flags = ['--fail-on', 'suspect', '--json', '--rate', '40', '-d', '1s'];
    const { exitCode, stdout } = await tokenstorm([
      'run',
      '-u',
      simulator.url,
      '-m',
      'all-failing',
      ...flags,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'passed' });
    expect(exitCode).toBe(5);
  });
});
