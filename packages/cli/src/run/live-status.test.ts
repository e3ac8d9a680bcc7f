import { SeriesTotals } from '@tokenstorm/core';
import type { SnapshotSeries } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '../reporters/report.fixture.ts';
import { liveStatusOf } from './live-status.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

function totalsOf(...series: readonly SnapshotSeries[]): SeriesTotals {
  const totals = new SeriesTotals();
  for (const one of series) totals.add(one);
  return totals;
}

const timed = scenarioOf(workloadsOf({ executor: 'constant-vus', vus: 1, duration: '60s', warmup: '10s' }));
const counted = scenarioOf(workloadsOf({ requests: 50, concurrency: 5 }, { requests: 20, concurrency: 5 }));

function statusAt(
  knownUpToMs: number,
  change: Partial<Parameters<ReturnType<typeof liveStatusOf>>[0]> = {},
  scenario = timed,
  budget?: Parameters<ReturnType<typeof liveStatusOf>>[1],
) {
  const health = () => {
    throw new Error('A status line is there each second: it must not sum all workers up.');
  };
  const nothing = {
    totals: totalsOf(),
    recent: [],
    recentMs: 0,
    inFlight: 0,
    cpuRatio: undefined,
    health,
    regions: health,
    courses: health,
    threshold: health,
  };
  return liveStatusOf(scenario)({ knownUpToMs, ...nothing, ...change }, budget);
}

describe('the live status', () => {
  it('knows how long the run is, or how many requests it has', () => {
    expect(statusAt(0)).toMatchObject({ plannedMs: 60_000 });
    expect(statusAt(0)).not.toHaveProperty('plannedRequests');
    expect(statusAt(0, {}, counted)).toMatchObject({ plannedRequests: 70 });
    expect(statusAt(0, {}, counted)).not.toHaveProperty('plannedMs');
  });

  it('tells warm-up, run and drain apart by what every shard has passed', () => {
    const stages = [1_000, 10_000, 11_000, 59_000, 60_000].map((ms) => statusAt(ms).stage);
    expect(stages).toEqual(['warming-up', 'warming-up', 'running', 'running', 'draining']);
    expect(statusAt(1_000, {}, counted).stage).toBe('running');
  });

  it('counts what is in the report, and takes its rates over the last seconds', () => {
    const warmup = seriesOf(
      {},
      { labels: { phase: 'warmup' }, accounting: { scheduled: 100, completed: 100 } },
    );
    const main = seriesOf({}, { accounting: { scheduled: 12, completed: 9, failed: 1 } });
    const second = (scheduled: number, output_tokens: number) =>
      totalsOf(seriesOf({}, { accounting: { scheduled }, counters: { output_tokens } }));
    const status = statusAt(20_000, {
      totals: totalsOf(warmup, main),
      recent: [second(10, 100), second(20, 50)],
      recentMs: 2000,
      inFlight: 2,
      cpuRatio: 0.4,
    });
    expect(status).toMatchObject({
      scheduled: 12,
      completed: 9,
      failed: 1,
      inFlight: 2,
      startsPerSecond: 15,
      outputTokensPerSecond: 75,
      cpuRatio: 0.4,
      elapsedMs: 20_000,
    });
  });

  it('shows the latencies of the last seconds and the worse lateness, where there are any', () => {
    const window = (ttft: number, lag: number, delay: number) =>
      totalsOf(seriesOf({ ttft: [ttft], schedule_lag: [lag], send_delay: [delay] }));
    const status = statusAt(20_000, { recent: [window(100, 1, 4), window(300, 2, 3)], recentMs: 2000 });
    expect(status.ttftP50Ms).toBeCloseTo(100, 0);
    expect(status.ttftP99Ms).toBeCloseTo(300, 0);
    expect(status.generatorLagP99Ms).toBeCloseTo(4, 2);
    const silent = statusAt(20_000, { recent: [totalsOf()], recentMs: 1000 });
    for (const key of ['ttftP50Ms', 'ttftP99Ms', 'generatorLagP99Ms', 'cpuRatio'])
      expect(silent).not.toHaveProperty(key);
    expect(silent).toMatchObject({ startsPerSecond: 0, outputTokensPerSecond: 0 });
  });

  it('knows what the run costs by its prices, and what of its budget is used', () => {
    const priced = scenarioOf({
      ...workloadsOf({ requests: 50, max_tokens: 10 }),
      providers: [
        {
          name: 'own',
          type: 'openai-compatible',
          base_url: 'http://h',
          models: ['llama-3-8b'],
          pricing: { 'llama-3-8b': { input: 100, output: 400 } },
        },
      ],
      budget: { usd: 1 },
    });
    const counters = { input_tokens: 1000, output_tokens: 500 };
    const warmup = seriesOf({}, { labels: { phase: 'warmup' }, counters });
    const totals = totalsOf(warmup, seriesOf({}, { counters }));
    const state = { used: { 'nano-usd': 600_000_000 }, reserved: { 'nano-usd': 10_000_000 } };
    expect(statusAt(1000, { totals }, priced, state)).toMatchObject({
      // 1,000 x $0.0001 + 500 x $0.0004
      costUsd: 0.3,
      budget: { usd: { limit: 1, used: 0.61 }, tokens: null, requests: null },
    });
    for (const key of ['costUsd', 'budget']) expect(statusAt(1000, { totals })).not.toHaveProperty(key);
  });

  it('has no rates before the first interval', () => {
    expect(statusAt(0)).toMatchObject({ startsPerSecond: 0, outputTokensPerSecond: 0 });
  });
});
