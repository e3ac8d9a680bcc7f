import { SeriesTotals, emptyAccounting } from '@tokenstorm/core';
import type { SnapshotSeries } from '@tokenstorm/core';
import type { HealthSummary, RunStatus } from '@tokenstorm/aggregator';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '../reporters/report.fixture.ts';
import { isLiveDetail } from '../view/live-status-detail.ts';
import { liveDetailOf } from './live-detail.ts';
import { lightsOf } from './live-lights.ts';
import type { LightsInput } from './live-lights.ts';
import { plannedSlices } from './live-slices.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

const health: HealthSummary = {
  workers: 1,
  workersByRegion: { default: 1 },
  cpuRatio: 0.2,
  peakRssBytes: 1,
  stampErrorBoundP99Ms: 0.5,
  eventLoopDelayP99Ms: undefined,
  runQueueDelayRatio: 0.02,
  clockErrorMs: undefined,
  clockErrorBoundMs: undefined,
  travel: { paths: [], connectionsOpened: 0, redirects: 0, decodedResponses: 0 },
  limits: [],
};

function totalsOf(...series: readonly SnapshotSeries[]): SeriesTotals {
  const totals = new SeriesTotals();
  for (const one of series) totals.add(one);
  return totals;
}

function statusOf(changes: Partial<RunStatus>): RunStatus {
  return {
    knownUpToMs: 5000,
    totals: totalsOf(),
    recent: [],
    recentMs: 0,
    inFlight: 0,
    cpuRatio: undefined,
    health: () => health,
    regions: () => [{ region: 'default', inFlight: 3, cpuRatio: 0.2 }],
    courses: () => [],
    threshold: () => ({
      metric: 'ttft',
      expression: 'p(95) < 1s',
      passed: true,
      measured: 12.5,
      aborted: false,
    }),
    ...changes,
  };
}

const two = scenarioOf({
  ...workloadsOf({
    executor: 'ramping-arrival-rate',
    start_rate: 0,
    stages: [{ duration: '10s', target: 20 }],
  }),
  providers: [{ name: 'own', type: 'openai-compatible', base_url: 'http://h', models: ['llama-3-8b', 'b'] }],
  thresholds: { ttft: ['p(95) < 1s', { threshold: 'p(99) < 2s', window: '30s' }] },
});

describe('the detail of a live status', () => {
  it('sums up the whole run and each target, of the last seconds and so far, without the warm-up', async () => {
    const own = seriesOf(
      { ttft: [10, 20, 30, 40] },
      {
        accounting: { scheduled: 5, completed: 4, failed: 1 },
        errors: { 'rate-limited': 1 },
        counters: { output_tokens: 90 },
      },
    );
    const other = seriesOf(
      { ttft: [100] },
      { labels: { model: 'b' }, accounting: { scheduled: 1, completed: 1 } },
    );
    const warmup = seriesOf({ ttft: [999] }, { labels: { phase: 'warmup' }, accounting: { completed: 1 } });
    const detail = await liveDetailOf(two)(
      statusOf({
        totals: totalsOf(own, other, warmup),
        recent: [totalsOf(own), totalsOf(other)],
        recentMs: 3000,
      }),
      { costUsd: 0.5 },
    );
    expect(detail.slices.map(({ kind, name }) => [kind, name])).toEqual([
      ['all', 'all requests'],
      ['target', 'own/llama-3-8b'],
      ['target', 'own/b'],
    ]);
    const [all, first, second] = detail.slices;
    expect(all).toMatchObject({ completed: 5, failed: 1, errors: { 'rate-limited': 1 }, startsPerSecond: 2 });
    expect(all?.sofar).toEqual({ ttft: [expect.closeTo(30, 1), 100, 100] });
    expect(first).toMatchObject({ completed: 4, outputTokensPerSecond: 30 });
    expect(first?.recent).toEqual({ ttft: [20, 40, 40].map((value) => expect.closeTo(value, 1)) });
    expect(second).toMatchObject({ completed: 1, failed: 0, errors: {}, sofar: { ttft: [100, 100, 100] } });
    // 0 to 20 a second over 10 s, for each of two targets, at 3.5 s.
    expect(detail).toMatchObject({ askedPerSecond: 14, cost: '$0.50' });
    expect(detail.regions).toEqual([{ region: 'default', inFlight: 3, cpuRatio: 0.2 }]);
    expect(detail.thresholds).toEqual([
      { rule: 'ttft: p(95) < 1s', state: 'passing', measured: '12.5 ms' },
      { rule: 'ttft: p(99) < 2s, over 30s', state: 'passing', measured: '12.5 ms' },
    ]);
    expect(isLiveDetail(JSON.parse(JSON.stringify(detail)))).toBe(true);
    expect(JSON.stringify(detail).length).toBeLessThan(3000);
  });

  it('is there before anything has happened', async () => {
    const threshold = () => ({
      metric: 'ttft',
      expression: 'p(95) < 1s',
      passed: false,
      measured: null,
      aborted: false,
    });
    const detail = await liveDetailOf(two)(statusOf({ threshold, knownUpToMs: 0 }), {});
    expect(detail.slices[0]).toMatchObject({ completed: 0, recent: {}, sofar: {}, startsPerSecond: 0 });
    expect(detail.thresholds[0]).toMatchObject({ state: 'unknown', measured: 'no data' });
    expect(detail.lights.find(({ name }) => name === 'lag')).toEqual({ name: 'lag', level: 'unknown' });
  });

  it('turns the event loop between its steps', async () => {
    let turns = 0;
    const turn = () => Promise.resolve(void (turns += 1));
    const recent = Array.from({ length: 12 }, () => totalsOf(seriesOf({ ttft: [1] })));
    await liveDetailOf(two, turn)(statusOf({ recent, recentMs: 3000, totals: recent[0]! }), {});
    expect(turns).toBeGreaterThan(8);
  });

  it('has a bounded number of slices', () => {
    const models = Array.from({ length: 100 }, (_, index) => `m${index}`);
    const many = scenarioOf({
      ...workloadsOf({ executor: 'constant-arrival-rate', rate: 1, duration: '10s' }),
      providers: [{ name: 'own', type: 'openai-compatible', base_url: 'http://h', models }],
    });
    expect(plannedSlices(many)).toHaveLength(32);
  });

  it.each([
    undefined,
    null,
    {},
    { slices: [] },
    { slices: [{}], regions: [], thresholds: [], lights: [] },
    'x',
  ])('of another version is none: %j', (value) => expect(isLiveDetail(value)).toBe(false));
});

describe('the lights', () => {
  const levels = (changes: Partial<LightsInput>) =>
    Object.fromEntries(
      lightsOf({
        accounting: { ...emptyAccounting, scheduled: 1000, completed: 1000 },
        percentiles: new Map([
          ['ttft', [100, 110, 120]],
          ['icl', [5, 6, 7]],
          ['schedule_lag', [0.1, 0.2, 1]],
        ]),
        courses: [],
        health,
        ...changes,
      }).map(({ name, level, measured, limit }) => [name, [level, measured, limit]]),
    );

  it('are green within a quarter of the limits of the validity', () => {
    expect(levels({})).toEqual({
      lag: ['valid', 1, 5],
      stamps: ['valid', 0.5, 1.25],
      cpu: ['valid', 0.02, 0.1],
      lost: ['valid', 0, 0],
      knee: ['valid', 0, 0.01],
      errors: ['valid', 0, 0.5],
    });
  });

  it.each([
    ['lag', { percentiles: new Map([['send_delay', [1, 2, 5.1]] as const]) }, 'suspect'],
    ['lag', { percentiles: new Map([['schedule_lag', [1, 2, 20.1]] as const]) }, 'invalid'],
    [
      'lag',
      {
        percentiles: new Map([
          ['schedule_lag', [1, 2, 20.1]],
          ['ttft', [1000, 1000, 1000]],
        ] as const),
      },
      'valid',
    ],
    ['stamps', { health: { ...health, stampErrorBoundP99Ms: 1.3 } }, 'suspect'],
    ['stamps', { health: { ...health, stampErrorBoundP99Ms: 5.1 } }, 'invalid'],
    ['cpu', { health: { ...health, runQueueDelayRatio: 0.11 } }, 'suspect'],
    ['clock', { health: { ...health, clockErrorMs: 6 } }, 'suspect'],
    ['lost', { accounting: { ...emptyAccounting, scheduled: 1000, lost: 1 } }, 'suspect'],
    ['lost', { accounting: { ...emptyAccounting, scheduled: 1000, lost: 11 } }, 'invalid'],
    ['knee', { accounting: { ...emptyAccounting, scheduled: 1000, dropped: 11 } }, 'suspect'],
    ['errors', { accounting: { ...emptyAccounting, completed: 4, failed: 5 } }, 'suspect'],
  ] satisfies readonly (readonly [string, Partial<LightsInput>, string])[])(
    '%s with %j is %s',
    (name, changes, level) => {
      const all = levels(changes);
      expect(all[name]?.[0]).toBe(level);
      for (const [other, [otherLevel]] of Object.entries(all) as [string, [string]][])
        if (other !== name) expect(['valid', 'unknown']).toContain(otherLevel);
    },
  );
});
