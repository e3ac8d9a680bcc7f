import { setTimeout as sleep } from 'node:timers/promises';
import type { MetricSummaries, Report } from '@tokenstorm/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runScenario } from '../support/run.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { quantileOf, readTruth, untilReceived } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { dueTimes, truthTimes } from '../support/truth-times.ts';

const ratePerSecond = 50;
const gapMs = 1000 / ratePerSecond;
const durationMs = 5000;
const planned = (durationMs / 1000) * ratePerSecond;
const freezeMs = 2000;
/** The freeze begins about here: the load is steady, and has two seconds left after it. */
const freezeAtRequest = 50;

const open = { executor: 'constant-arrival-rate', rate: ratePerSecond, duration: `${durationMs}ms` };

/** Each workload asks a model of its own, by which the log tells them apart. */
function scenario(url: string, workloads: Readonly<Record<string, object>>, execution: object = {}) {
  return {
    name: 'coordinated-omission',
    providers: Object.keys(workloads).map((name) => ({
      name,
      type: 'openai-compatible',
      base_url: url,
      models: [name],
    })),
    workload: {
      scenarios: Object.entries(workloads).map(([name, load]) => ({
        name,
        providers: [name],
        prompt: 'Now?',
        ...load,
      })),
    },
    execution,
  };
}

let simulator: SimulatorProcess;
/** An open loop and a closed one side by side, and an open loop that may have no more than four requests under way. */
let free: Report;
let limited: Report;
let truth: readonly Truth[];

async function measure(): Promise<void> {
  const fast = { ttftMs: 5, itlMs: 1, tokens: 5 };
  await simulator.setModels({ open: fast, users: fast, limited: fast });
  await simulator.reset();
  const users = { executor: 'constant-vus', vus: 2, duration: `${durationMs}ms`, think_time: '10ms' };
  const runs = Promise.all([
    runScenario(scenario(simulator.url, { open, users })),
    runScenario(scenario(simulator.url, { limited: open }, { max_concurrency: 4 })),
  ]);
  await untilReceived(simulator.url, ['open', 'users', 'limited'], freezeAtRequest);
  await simulator.freeze(freezeMs);
  [free, limited] = (await runs).map(({ report }) => report) as [Report, Report];
  truth = await readTruth(simulator.url);
}

beforeAll(async () => {
  simulator = await simulatorProcess();
}, 90_000);

afterAll(() => simulator.close());

/** What a busy machine spoils is measured anew; what is wrong is wrong each time. */
const patient = { retry: 2, timeout: 60_000 };

function metricsOf(report: Report, scenarioName: string): MetricSummaries {
  const group = report.groups.find(({ labels }) => labels.scenario === scenarioName);
  if (group === undefined) throw new Error(`The report has no group ${scenarioName}.`);
  return group.metrics;
}

const truthOfModel = (model: string) => truth.filter((record) => record.model === model);

/** The latencies from when each request was due, by the log alone. */
function trueFromDue(records: readonly Truth[], at: (record: Truth) => number | null): readonly number[] {
  const due = dueTimes(records, gapMs);
  return records.map((record, index) => (at(record) ?? NaN) - (due[index] ?? NaN));
}

/** Requests that took longer than this were caught by the freeze. */
const caughtMs = freezeMs / 4;

/** Log and report agree within this, be the machine busy: far less than the freeze. */
const toleranceMs = 60;

describe('a freeze of the server', patient, () => {
  beforeAll(measure, 90_000);
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) > 0) await measure();
  }, 90_000);

  describe('an open loop', () => {
    it('sends every arrival, and on time', () => {
      const records = truthOfModel('open');
      expect(records).toHaveLength(planned);
      const spanMs = (records.at(-1)?.received_at_ms ?? NaN) - (records[0]?.received_at_ms ?? NaN);
      expect(Math.abs(spanMs - (planned - 1) * gapMs)).toBeLessThan(freezeMs / 10);
      const { schedule_lag, send_delay, ttft } = metricsOf(free, 'open');
      expect(ttft?.count).toBe(planned);
      expect(schedule_lag?.count).toBe(planned);
      expect(schedule_lag?.p99).toBeLessThan(freezeMs / 10);
      expect(send_delay?.p99).toBeLessThan(freezeMs / 10);
    });

    it('shows the freeze in the 99th percentile of the corrected latencies', () => {
      const { ttft_corrected, e2e_corrected } = metricsOf(free, 'open');
      expect(ttft_corrected?.p99).toBeGreaterThan(0.95 * freezeMs);
      expect(e2e_corrected?.p99).toBeGreaterThan(0.95 * freezeMs);
    });

    it.each([0.5, 0.75, 0.9, 0.99])('agrees with the log at the quantile %d', (quantile) => {
      const name = `p${quantile * 100}` as 'p50' | 'p75' | 'p90' | 'p99';
      const { ttft_corrected, e2e_corrected } = metricsOf(free, 'open');
      const ttft = trueFromDue(truthOfModel('open'), (record) => record.first_content_at_ms);
      const e2e = trueFromDue(truthOfModel('open'), (record) => record.last_content_at_ms);
      expect(Math.abs((ttft_corrected?.[name] ?? NaN) - quantileOf(ttft, quantile))).toBeLessThan(
        toleranceMs,
      );
      expect(Math.abs((e2e_corrected?.[name] ?? NaN) - quantileOf(e2e, quantile))).toBeLessThan(toleranceMs);
    });
  });

  describe('a closed loop', () => {
    it('hardly notices: only the requests that were under way are slow', () => {
      const slow = truthTimes(truthOfModel('users')).ttft.filter((ms) => ms > caughtMs);
      expect(slow.length).toBeLessThanOrEqual(2);
      expect(truthTimes(truthOfModel('open')).ttft.filter((ms) => ms > caughtMs).length).toBeGreaterThan(60);
      const { ttft } = metricsOf(free, 'users');
      expect(ttft?.p90).toBeLessThan(caughtMs);
      expect(metricsOf(free, 'open').ttft?.p90).toBeGreaterThan(caughtMs);
    });

    it('has no schedule that it could be late for', () => {
      expect(metricsOf(free, 'users').schedule_lag).toBeUndefined();
    });
  });

  describe('an open loop whose requests must wait for each other', () => {
    it('sends every arrival in the end', () => {
      expect(truthOfModel('limited')).toHaveLength(planned);
      expect(limited.accounting).toMatchObject({ scheduled: planned, completed: planned, dropped: 0 });
    });

    it('hides the freeze from the latencies of the server and shows it in the corrected ones', () => {
      const { ttft, ttft_corrected, concurrency_wait, schedule_lag } = metricsOf(limited, 'limited');
      expect(ttft?.p90).toBeLessThan(caughtMs);
      expect(concurrency_wait?.p90).toBeGreaterThan(caughtMs);
      expect(ttft_corrected?.p90).toBeGreaterThan(caughtMs);
      expect(ttft_corrected?.p99).toBeGreaterThan(0.95 * freezeMs);
      expect(schedule_lag?.p99).toBeLessThan(freezeMs / 10);
    });

    it('agrees with the log, which knows when they were due', () => {
      const { ttft_corrected } = metricsOf(limited, 'limited');
      const ttft = trueFromDue(truthOfModel('limited'), (record) => record.first_content_at_ms);
      expect(Math.abs((ttft_corrected?.p90 ?? NaN) - quantileOf(ttft, 0.9))).toBeLessThan(toleranceMs);
      expect(Math.abs((ttft_corrected?.p99 ?? NaN) - quantileOf(ttft, 0.99))).toBeLessThan(toleranceMs);
    });
  });
});

describe('a load generator that stands still itself', patient, () => {
  const stoppedMs = 400;
  let report: Report;
  let records: readonly Truth[];

  async function measureLate(): Promise<void> {
    await simulator.setModels({ late: { ttftMs: 5, itlMs: 1, tokens: 5 } });
    await simulator.reset();
    let generator = 0;
    const load = { ...open, duration: '2s' };
    const running = runScenario(scenario(simulator.url, { late: load }), {
      onStart: (pid) => (generator = pid),
    });
    await untilReceived(simulator.url, ['late'], 20);
    process.kill(generator, 'SIGSTOP');
    await sleep(stoppedMs);
    process.kill(generator, 'SIGCONT');
    ({ report } = await running);
    records = await readTruth(simulator.url);
  }

  beforeAll(measureLate, 90_000);
  beforeEach(async ({ task }) => {
    if ((task.result?.retryCount ?? 0) > 0) await measureLate();
  }, 90_000);

  it('sends what it missed at once, and nothing is left out', () => {
    expect(records).toHaveLength(2 * ratePerSecond);
    expect(report.accounting).toMatchObject({ scheduled: records.length, completed: records.length });
  });

  it('shows its own lateness apart from the latency of the server, and in the corrected one', () => {
    const { ttft, ttft_corrected, schedule_lag } = metricsOf(report, 'late');
    expect(schedule_lag?.p99).toBeGreaterThan(0.8 * stoppedMs);
    expect(ttft?.p90).toBeLessThan(stoppedMs / 2);
    expect(ttft_corrected?.p99).toBeGreaterThan(0.8 * stoppedMs);
    const ttftFromDue = trueFromDue(records, (record) => record.first_content_at_ms);
    expect(Math.abs((ttft_corrected?.p90 ?? NaN) - quantileOf(ttftFromDue, 0.9))).toBeLessThan(toleranceMs);
  });

  it('does not pass the measurement off as valid', () => {
    expect(report.validity.level).toBe('invalid');
    expect(report.validity.reasons.map(({ code }) => code)).toContain('schedule_lag');
  });
});
