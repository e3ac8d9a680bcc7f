import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { arrivalShiftsMs } from '../support/arrival-shifts.ts';
import { LiveRuns } from '../support/live-runs.ts';
import type { LiveRun } from '../support/live-runs.ts';
import { runWithTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { expectGaps, expectLatency } from '../support/timing-tolerance.ts';
import { quantileOf } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';
import { truthTimes } from '../support/truth-times.ts';

const processCounts = [1, 2, 3];
const users = { requests: 91, concurrency: 5 };

describe('one scenario, sent by 1, 2 and 3 processes', () => {
  const runs = new LiveRuns('--processes', users);

  beforeAll(() => runs.start(processCounts), 90_000);

  afterAll(() => runs.close());

  it.each(processCounts)('%d: each of them sends, and the report accounts for what was received', (count) => {
    const { run, open, closed } = runs.of(count);
    expect([run.exitCode, run.report.run.workers]).toEqual([0, count]);
    expect(closed).toHaveLength(users.requests);
    const received = open.length + closed.length;
    const none = { failed: 0, dropped: 0, lost: 0, cancelled: 0 };
    expect(run.report.accounting).toEqual({ ...none, scheduled: received, completed: received });
  });

  it.each([2, 3])('%d: exactly the arrivals of one process', (count) => {
    const [one, many] = [runs.of(1).open, runs.of(count).open];
    expect(one.length).toBeGreaterThan(100);
    expect(hashes(many)).toEqual(hashes(one));
    expect(accountingByGroup(runs.of(count))).toEqual(accountingByGroup(runs.of(1)));
  });

  // What a busy machine spoils is measured anew; what is wrong is wrong each time.
  describe.each([2, 3])('%d', (count) => {
    beforeEach(async ({ task }) => {
      if ((task.result?.retryCount ?? 0) === 0) return;
      await runs.measure(1);
      await runs.measure(count);
    });

    it('has each arrival at its moment', { retry: 2 }, () => {
      const shifts = arrivalShiftsMs(runs.of(1).open, runs.of(count).open);
      const middle = quantileOf(shifts, 0.5);
      const strays = shifts.map((shift) => Math.abs(shift - middle));
      // Poisson arrivals of another seed are hundreds of ms away from these.
      expect(quantileOf(strays, 0.9)).toBeLessThan(50);
    });
  });

  describe.each(processCounts)('%d', (count) => {
    beforeEach(async ({ task }) => {
      if ((task.result?.retryCount ?? 0) > 0) await runs.measure(count);
    });

    it('has quantiles within the tolerance of its own truth log', { retry: 2 }, () => {
      const { run, open, closed, noiseMs } = runs.of(count);
      const times = truthTimes([...open, ...closed]);
      const { ttft, e2e, icl } = run.report.metrics;
      expectLatency(ttft, { values: times.ttft, noiseMs });
      expectLatency(e2e, { values: times.e2e, noiseMs });
      expectGaps(icl, { values: times.gaps, noiseMs });
    });
  });
});

describe('processes start together', { timeout: 60_000 }, () => {
  // What a busy machine spoils is measured anew.
  it('to a fraction of a ms: their parts of one schedule interlock', { retry: 3 }, async () => {
    await using simulator = await simulatorProcess(['--any-model']);
    const [processes, gapMs] = [3, 20];
    const { truth } = await runWithTruth({
      simulator,
      model: 'even',
      workloads: [{ executor: 'constant-arrival-rate', rate: 1000 / gapMs, duration: '4s' }],
      flags: ['--processes', String(processes)],
    });
    expect(truth).toHaveLength(200);
    const earliest = Array<number>(processes).fill(Infinity);
    for (const [index, { received_at_ms }] of truth.entries()) {
      const sender = index % processes;
      earliest[sender] = Math.min(earliest[sender] ?? NaN, received_at_ms - index * gapMs);
    }
    expect(Math.max(...earliest) - Math.min(...earliest)).toBeLessThan(0.3);
  });
});

describe('the caps of a run hold over all its processes together', { timeout: 60_000 }, () => {
  let simulator: SimulatorProcess;

  beforeAll(async () => {
    simulator = await simulatorProcess(['--any-model']);
    const endless = { ttftMs: 50, itlMs: 60_000, tokens: 2 };
    await simulator.setModels({ gated: { ttftMs: 50, itlMs: 10, tokens: 3 }, endless, few: endless });
  });
  afterAll(() => simulator.close());

  it('max_concurrency', async () => {
    const { report, truth } = await runWithTruth({
      simulator,
      model: 'gated',
      workloads: [{ requests: 60, concurrency: 30 }],
      scenario: { execution: { max_concurrency: 7 } },
      flags: ['--processes', '3'],
    });
    expect(report.accounting).toMatchObject({ scheduled: 60, completed: 60 });
    expect(mostAtOnce(truth)).toBe(7);
  });

  it('max_in_flight', async () => {
    const { report, truth } = await runWithTruth({
      simulator,
      model: 'endless',
      workloads: [
        {
          executor: 'constant-arrival-rate',
          rate: 40,
          duration: '1s',
          max_in_flight: 7,
          graceful_stop: '100ms',
        },
      ],
      flags: ['--processes', '3'],
    });
    expect(report.accounting).toMatchObject({ scheduled: 40, dropped: 33, cancelled: 7 });
    expect(truth).toHaveLength(7);
  });

  it('and leave no more processes than they have places, which the report says', async () => {
    const { report, truth } = await runWithTruth({
      simulator,
      model: 'few',
      workloads: [
        {
          executor: 'constant-arrival-rate',
          rate: 40,
          duration: '1s',
          max_in_flight: 2,
          graceful_stop: '100ms',
        },
      ],
      flags: ['--processes', '3'],
    });
    expect(report.run.workers).toBe(2);
    expect(report.notes.join()).toContain('Of 3 processes 2 sent');
    expect(truth).toHaveLength(2);
  });
});

function hashes(truth: readonly Truth[]): readonly string[] {
  return truth.map((record) => record.body_hash).toSorted();
}

/** Of the open loop: which users of a closed one send, is up to how fast each is. */
function accountingByGroup({ run }: LiveRun) {
  return run.report.groups
    .filter(({ labels }) => labels.scenario === 'open')
    .map(({ labels, accounting }) => ({ region: labels.region, ...accounting }))
    .toSorted((one, other) => one.region.localeCompare(other.region));
}

/** The most requests that the server was answering at one moment. */
function mostAtOnce(truth: readonly Pick<Truth, 'received_at_ms' | 'last_write_at_ms'>[]): number {
  const changes = truth.flatMap(({ received_at_ms, last_write_at_ms }) => [
    { atMs: received_at_ms, by: 1 },
    { atMs: last_write_at_ms ?? Infinity, by: -1 },
  ]);
  let [now, most] = [0, 0];
  for (const { by } of changes.toSorted((one, other) => one.atMs - other.atMs)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
