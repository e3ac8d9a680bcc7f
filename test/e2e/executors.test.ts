import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostAtOnce } from '../support/requests-at-once.ts';
import { runWithTruth, settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  const steady = JSON.stringify({ ttft_ms: 60, itl_ms: 5, tokens: 9 });
  simulator = await simulatorProcess(['--any-model', '--all-models', steady]);
});

afterAll(() => simulator.close());

/** One request takes the simulated server so long. */
const answerMs = 100;

const run = (model: string, workload: object, flags: readonly string[] = []) =>
  runWithTruth({ simulator, model, workloads: [workload], flags });

/** Everything that was scheduled was answered, and the server knows of neither more nor less. */
function expectAll({ report, truth, exitCode }: Awaited<ReturnType<typeof run>>, count: number): void {
  expect(exitCode).toBe(0);
  expect(report.accounting).toEqual({
    scheduled: count,
    completed: count,
    failed: 0,
    dropped: 0,
    lost: 0,
    cancelled: 0,
  });
  expect(truth).toHaveLength(count);
  expect(truth.every((record) => record.outcome === 'completed')).toBe(true);
}

describe('closed loops', { timeout: 60_000 }, () => {
  it.concurrent('shared-iterations sends exactly so many requests, so many at a time', async () => {
    const outcome = await run('shared', { requests: 41, concurrency: 4 });
    expectAll(outcome, 41);
    expect(mostAtOnce(outcome.truth)).toBe(4);
    expect(outcome.report.generator.connections_opened).toBe(4);
  });

  it.concurrent('shared-iterations sends one at a time by default', async () => {
    const outcome = await run('alone', { requests: 6 });
    expectAll(outcome, 6);
    expect(mostAtOnce(outcome.truth)).toBe(1);
  });

  it.concurrent('constant-vus thinks between an answer and the next question', async () => {
    const load = { executor: 'constant-vus', vus: 3, duration: '2s', think_time: '150ms' };
    const outcome = await run('thinking', load);
    const { truth } = outcome;
    expectAll(outcome, truth.length);
    // Each user needs at least 250 ms a round, so starts at most 8 in 2 s; half of that where the machine is busy.
    expect(truth.length).toBeLessThanOrEqual(3 * (2000 / (answerMs + 150)));
    expect(truth.length).toBeGreaterThanOrEqual(12);
    expect(mostAtOnce(truth)).toBeLessThanOrEqual(3);
    for (const { received_at_ms: atMs, ordinal } of truth.slice(3)) {
      const before = truth.filter((other) => other.ordinal < ordinal && (other.end_at_ms ?? 0) < atMs - 145);
      const started = truth.filter((other) => other.ordinal < ordinal);
      // Its user's last answer was over 150 ms before: at most two others' were not.
      expect(started.length - before.length).toBeLessThanOrEqual(2);
    }
  });

  it.concurrent('constant-vus without a pause asks again at once', async () => {
    const outcome = await run('eager', { executor: 'constant-vus', vus: 2, duration: '1s' });
    expectAll(outcome, outcome.truth.length);
    expect(outcome.truth.length).toBeLessThanOrEqual(2 * (1000 / answerMs));
    expect(mostAtOnce(outcome.truth)).toBe(2);
  });

  it.concurrent('ramping-vus follows its stages', async () => {
    const stages = [
      { duration: '1500ms', target: 6 },
      { duration: '500ms', target: 6 },
      { duration: '500ms', target: 1 },
    ];
    const outcome = await run('ramping-users', { executor: 'ramping-vus', start_vus: 1, stages });
    const { truth } = outcome;
    expectAll(outcome, truth.length);
    expect(mostAtOnce(truth)).toBe(6);
    // Under the stages lie 10 user-seconds, so 100 answers; six users all the time would get 150. Each may begin one more.
    expect(truth.length).toBeLessThanOrEqual(100 + 6);
    expect(truth.length).toBeGreaterThanOrEqual(30);
  });
});

describe('open loops', { timeout: 60_000 }, () => {
  const rate = { executor: 'constant-arrival-rate', rate: 40, duration: '1500ms' };

  it.concurrent('constant-arrival-rate starts exactly rate x duration', async () => {
    const outcome = await run('constant', rate);
    expectAll(outcome, 60);
    expect(new Set(outcome.truth.map((record) => record.body_hash)).size).toBe(1);
  });

  it.concurrent.each([
    ['poisson', 'poisson'],
    ['gamma', { gamma: { burstiness: 0.5 } }],
  ])(
    'constant-arrival-rate with %s gaps starts about as many, the same ones for the same seed',
    async (name, arrivals) => {
      const load = { ...rate, rate: 60, duration: '1s', arrivals };
      const runs = await Promise.all(['7', '7', '8'].map((seed) => run(name, load, ['--random-seed', seed])));
      const counts = runs.map(({ report }) => report.accounting.scheduled);
      expect(runs.map(({ report }) => report.accounting.completed)).toEqual(counts);
      expect(await settledTruth(simulator, name)).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
      expect(counts[1]).toBe(counts[0]);
      // Five standard deviations: 7.7 for Poisson, 11 for this gamma law.
      for (const count of counts) expect(Math.abs(count - 60)).toBeLessThanOrEqual(5 * 11);
    },
  );

  it.concurrent('ramping-arrival-rate starts what lies under its ramp', async () => {
    const stages = [
      { duration: '2s', target: 40 },
      { duration: '500ms', target: 40 },
      { duration: '0s', target: 10 },
      { duration: '1s', target: 0 },
    ];
    const outcome = await run('ramp', { executor: 'ramping-arrival-rate', stages });
    const { scheduled } = outcome.report.accounting;
    expectAll(outcome, scheduled);
    // 40 under the rise, 20 under the plateau, 5 under the fall.
    expect(Math.abs(scheduled - 65)).toBeLessThanOrEqual(1);
  });
});
