import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import { SeriesTotals } from '../metrics/series-totals.ts';
import type { Accounting, SeriesLabels, SnapshotSeries } from '../metrics/snapshot.ts';
import { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import { buildReport } from './build.ts';
import type { ReportInput } from './build.ts';
import { reportWindows } from './windows.ts';

const labels: SeriesLabels = {
  provider: 'own',
  model: 'small',
  scenario: 'steady',
  region: 'default',
  phase: 'main',
};

const nothing: Accounting = { scheduled: 0, completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: 0 };

function series(parts: {
  labels?: Partial<SeriesLabels>;
  accounting?: Partial<Accounting>;
  counters?: SnapshotSeries['counters'];
  errors?: SnapshotSeries['errors'];
  attemptErrors?: NonNullable<SnapshotSeries['attemptErrors']>;
  values?: Partial<Record<TrendName, readonly number[]>>;
}): SnapshotSeries {
  const trends = Object.entries(parts.values ?? {}).map(([name, values]) => {
    const trend = new Trend();
    trend.recordAll(values);
    return [name, trend.encode()];
  });
  return {
    labels: { ...labels, ...parts.labels },
    accounting: { ...nothing, ...parts.accounting },
    counters: parts.counters ?? {},
    errors: parts.errors ?? {},
    ...(parts.attemptErrors !== undefined && { attemptErrors: parts.attemptErrors }),
    trends: Object.fromEntries(trends),
  };
}

function totalsOf(...all: readonly SnapshotSeries[]): SeriesTotals {
  const totals = new SeriesTotals();
  for (const one of all) totals.add(one);
  return totals;
}

function inputOf(totals: SeriesTotals, changes: Partial<ReportInput> = {}): ReportInput {
  return {
    run: {
      id: 'r1',
      name: 'test',
      mode: 'local',
      seed: 42,
      startedAtEpochMs: 0,
      durationMs: 2500.4,
      regions: ['default'],
      workers: 1,
      version: '0.1.0',
      workloads: [],
    },
    totals,
    windows: [],
    courses: [],
    thresholds: [],
    measuredSeconds: 2,
    hasSlo: false,
    generator: {},
    notes: [],
    errorExamples: {},
    calls: [],
    ...changes,
  };
}

const oneRequest = series({
  accounting: { scheduled: 1, completed: 1 },
  counters: { attempts: 1, input_tokens: 10, output_tokens: 20, tokens_from_provider: 1 },
  values: { ttft: [100], e2e: [200] },
});

describe('the keys of the report', () => {
  const report = buildReport(
    inputOf(totalsOf(oneRequest), {
      windows: reportWindows([{ startMs: 0, durationMs: 5000, totals: totalsOf(oneRequest) }]),
      calls: [{ labels, startMs: 3, outcome: 'failed', errorKind: 'rate-limited', message: 'HTTP 429' }],
    }),
  );

  it('are those of the published schema, and some more', () => {
    const keys =
      'schema run verdict validity accounting metrics histograms distributions errors error_examples retries tokens ' +
      'throughput cost budget scores tiers regression thresholds groups windows gaps generator calls notes';
    expect(Object.keys(report).join(' ')).toBe(keys);
  });

  it.each([
    [report.run, 'id name mode seed started_at duration_s regions workers version workloads stop_reason'],
    [report.validity, 'level reasons'],
    [report.accounting, 'scheduled completed failed dropped lost cancelled'],
    [report.metrics, 'ttft e2e'],
    [report.metrics.ttft, 'unit count min mean std p1 p5 p50 p75 p90 p95 p99 p999 max'],
    [report.retries, 'attempts retried_requests amplification stale_reconnects failed_attempts'],
    [report.tokens, 'input output reasoning cached_input source'],
    [report.throughput, 'requests_per_second output_tokens_per_second goodput_ratio'],
    [
      report.groups[0],
      'labels accounting metrics distributions tokens prompts lengths cost scores tiers good',
    ],
    [report.groups[0]?.labels, 'provider model scenario region'],
    [report.windows[0], 'start_ms duration_ms labels accounting metrics output_tokens'],
    [
      report.generator,
      'schedule_lag_p99_ms send_delay_p99_ms stamp_error_bound_p99_ms event_loop_delay_p99_ms run_queue_delay_ratio clock_error_ms clock_error_bound_ms cpu_ratio rss_mb connections_opened',
    ],
    [report.calls[0], 'labels start_ms outcome ttft_ms e2e_ms input_tokens output_tokens error message'],
  ])('inside %#', (part, keys) => {
    expect(Object.keys(part ?? {})).toEqual(keys.split(' '));
  });

  it('have values that JSON can hold', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('have snake_case values', () => {
    expect(report.schema).toBe('tokenstorm.report/1');
    expect(report.calls[0]?.error).toBe('rate_limited');
    expect(report.run).toMatchObject({ started_at: '1970-01-01T00:00:00.000Z', duration_s: 2.5 });
  });
});

describe('buildReport', () => {
  it('leaves warm-up out of every number', () => {
    const warmup = series({
      labels: { phase: 'warmup' },
      accounting: { scheduled: 5, completed: 5 },
      values: { ttft: [9000], e2e: [9000] },
    });
    const report = buildReport(inputOf(totalsOf(oneRequest, warmup)));
    expect(report.accounting.scheduled).toBe(1);
    expect(report.metrics.ttft?.max).toBe(100);
    expect(report.groups).toHaveLength(1);
  });

  it('refuses totals that do not add up', () => {
    const totals = totalsOf(series({ accounting: { scheduled: 3, completed: 1, failed: 1 } }));
    const build = () => buildReport(inputOf(totals));
    expect(build).toThrow(TokenstormError);
    expect(build).toThrow(expect.objectContaining({ code: 'E_ACCOUNTING', exitCode: 1 }));
  });

  it('states what it does not know as null', () => {
    const report = buildReport(inputOf(totalsOf(), { measuredSeconds: 0, hasSlo: true }));
    expect(report.metrics).toEqual({});
    expect(report.histograms).toEqual({});
    expect(report.groups).toEqual([]);
    expect(report.tokens).toEqual({
      input: null,
      output: null,
      reasoning: null,
      cached_input: null,
      source: null,
    });
    expect(report.throughput).toEqual({
      requests_per_second: null,
      output_tokens_per_second: null,
      goodput_ratio: null,
    });
    expect(report).toMatchObject({
      cost: null,
      scores: null,
      tiers: null,
      run: { stop_reason: null },
      retries: { attempts: 0, retried_requests: 0, amplification: null, failed_attempts: {} },
      generator: {
        schedule_lag_p99_ms: null,
        send_delay_p99_ms: null,
        stamp_error_bound_p99_ms: null,
        event_loop_delay_p99_ms: null,
        run_queue_delay_ratio: null,
        clock_error_ms: null,
        clock_error_bound_ms: null,
        cpu_ratio: null,
        rss_mb: null,
      },
    });
    expect(report.notes).toEqual(['No request completed: there are no latencies.']);
  });

  it('adds groups up and keeps them apart', () => {
    const other = series({
      labels: { model: 'large' },
      accounting: { scheduled: 3, completed: 2, failed: 1 },
      counters: {
        output_tokens: 30,
        tokens_estimated: 2,
        window_completed: 1,
        window_output_tokens: 25,
        good: 1,
      },
      errors: { 'rate-limited': 1 },
      values: { ttft: [300, 500], schedule_lag: [1, 2, 4] },
    });
    const report = buildReport(
      inputOf(totalsOf(oneRequest, other), {
        hasSlo: true,
        errorExamples: { 'rate-limited': 'HTTP 429' },
        windows: reportWindows([{ startMs: 5000, durationMs: 5000, totals: totalsOf(oneRequest, other) }]),
        generator: { clockErrorMs: 6, cpuRatio: 0.5, rssBytes: 123_456_789 },
      }),
    );
    expect(report.metrics.ttft).toMatchObject({ unit: 'ms', count: 3, min: 100, mean: 300, max: 500 });
    expect(report.groups.map((group) => [group.labels.model, group.accounting.scheduled])).toEqual([
      ['small', 1],
      ['large', 3],
    ]);
    expect(report.errors).toEqual({ rate_limited: 1 });
    expect(report.error_examples).toEqual({ rate_limited: 'HTTP 429' });
    expect(report.tokens).toMatchObject({ input: 10, output: 50, source: 'mixed' });
    expect(report.throughput).toEqual({
      requests_per_second: 0.5,
      output_tokens_per_second: 12.5,
      goodput_ratio: 0.25,
    });
    expect(report.windows.map((window) => window.labels)).toEqual([
      {},
      { provider: 'own', model: 'small', scenario: 'steady', region: 'default' },
      { provider: 'own', model: 'large', scenario: 'steady', region: 'default' },
    ]);
    expect(report.generator).toMatchObject({ schedule_lag_p99_ms: 4, cpu_ratio: 0.5, rss_mb: 123.5 });
    expect(report.validity).toMatchObject({ level: 'suspect', reasons: [{ code: 'clock_error' }] });
    expect(report.notes[0]).toContain('2 of 3 completed requests');
  });

  it('sums up the attempts: amplification is over the requests that were sent', () => {
    // 4 requests: one sent 3 times, one twice, one once, one never.
    const retried = series({
      accounting: { scheduled: 4, completed: 2, failed: 1, cancelled: 1 },
      counters: { attempts: 6, retries: 3, retried_requests: 2, stale_reconnects: 1 },
      errors: { overloaded: 1 },
      attemptErrors: { 'rate-limited': 2, overloaded: 1 },
    });
    const once = series({ labels: { model: 'large' }, attemptErrors: { 'rate-limited': 1 } });
    expect(buildReport(inputOf(totalsOf(retried, once))).retries).toEqual({
      attempts: 6,
      retried_requests: 2,
      amplification: 2,
      stale_reconnects: 1,
      failed_attempts: { rate_limited: 3, overloaded: 1 },
    });
  });

  it('says how the run ended', () => {
    const missed = { metric: 'ttft', expression: 'p(95) < 1', passed: false, measured: 2, aborted: true };
    const report = buildReport(
      inputOf(totalsOf(oneRequest), { stopReason: 'threshold', thresholds: [missed] }),
    );
    expect(report.verdict).toBe('aborted');
    expect(report.run.stop_reason).toBe('threshold');
    expect(report.thresholds).toEqual([missed]);
  });
});

it('counts in the throughput what came inside the measured window for requests of the warm-up too', () => {
  const warmup = series({
    labels: { phase: 'warmup' },
    accounting: { scheduled: 5, completed: 5 },
    counters: { window_completed: 2, window_output_tokens: 60, output_tokens: 500 },
  });
  const main = series({
    accounting: { scheduled: 1, completed: 1 },
    counters: { window_completed: 1, window_output_tokens: 20, output_tokens: 20 },
  });
  const report = buildReport(inputOf(totalsOf(warmup, main)));
  expect(report.throughput).toMatchObject({ requests_per_second: 1.5, output_tokens_per_second: 40 });
  expect([report.accounting.scheduled, report.tokens.output]).toEqual([1, 20]);
});
