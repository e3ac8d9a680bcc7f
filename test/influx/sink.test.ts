import { influxSink } from '@tokenstorm/aggregator';
import type { Sink, SinkRun } from '@tokenstorm/aggregator';
import type { ModelPrice } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hdrCounts } from '../support/hdr-counts.ts';
import {
  asked,
  completed,
  plainReport,
  runOfTwelveGroups,
  statusOf,
  totalsOf,
  twelveGroups,
  windowOf,
} from '../support/influx-windows.ts';
import { startInflux } from '../support/services.ts';
import type { Service } from '../support/services.ts';

let influx: Service & { readonly url: string };
beforeAll(async () => void (influx = await startInflux()));
afterAll(() => influx[Symbol.asyncDispose]());

const query = (text: string, database?: string) => asked(influx.url, text, database);

async function written(run: SinkRun, use: (sink: Sink) => void | Promise<void>): Promise<void> {
  await using sink = influxSink({ url: influx.url });
  await sink.start(run);
  await use(sink);
  const totals = totalsOf([completed(twelveGroups()[0]!, { e2e: [1] })]);
  await sink.finish(plainReport(run, totals), { totals, endMs: 60_000 });
  expect(sink.unwritten).toBe(0);
  expect(sink.note).toBeUndefined();
}

/** The run of the twelve groups whose models have these prices. */
function pricedRun(prices: Readonly<Record<string, ModelPrice>>): SinkRun {
  const run = runOfTwelveGroups();
  const targets = run.plan.scenario.targets.map((target) => {
    const price = prices[target.model];
    return price === undefined ? target : { ...target, price };
  });
  return { ...run, plan: { ...run.plan, scenario: { ...run.plan.scenario, targets } } };
}

describe('what a sink writes', () => {
  it('makes the database with a retention of 30 days, and writes with its times', async () => {
    const run = runOfTwelveGroups();
    await written(run, (sink) => sink.write(windowOf(5000, [completed(twelveGroups()[0]!, { e2e: [80] })])));
    expect(await query('SHOW RETENTION POLICIES')).toContainEqual(
      expect.objectContaining({ name: 'tokenstorm', duration: '720h0m0s', default: true }),
    );
    const rows = await query(`SELECT * FROM tokenstorm_requests WHERE "run" = '${run.plan.runId}'`);
    expect(new Set(rows.map(({ time }) => time))).toEqual(new Set([run.startedAtEpochMs + 5000]));
  });

  it('writes each group, and rolls up regions, models of a provider, and everything', async () => {
    const run = runOfTwelveGroups();
    const series = twelveGroups().map((labels, index) =>
      completed(labels, { ttft: Array.from({ length: index + 1 }, () => index * 10), e2e: [1] }),
    );
    await written(run, (sink) => sink.write(windowOf(0, series)));
    const rows = await query(
      `SELECT "count", "max", "p50" FROM tokenstorm_latency WHERE "run" = '${run.plan.runId}' AND "metric" = 'ttft' GROUP BY *`,
    );
    expect(rows).toHaveLength(12 + 2 + 2 + 1);
    const rolled = (tags: Record<string, string>) =>
      rows.find((row) =>
        Object.entries({ scenario: '_all', ...tags }).every(([tag, value]) => row[tag] === value),
      );
    // Groups 0 .. 5 are of eu-west, 0, 1, 2, 6, 7, 8 of the model `small`; each has one value more than the one before.
    expect(rolled({ region: 'eu-west', model: '_all', provider: '_all' })).toMatchObject({
      count: 21,
      max: 50,
    });
    expect(rolled({ region: '_all', model: 'small', provider: 'own' })).toMatchObject({
      count: 1 + 2 + 3 + 7 + 8 + 9,
      max: 80,
    });
    expect(rolled({ region: '_all', model: '_all', provider: '_all' })).toMatchObject({
      count: 78,
      max: 110,
      p50: expect.closeTo(80, 0),
    });
  });

  it('keeps whole distributions of groups, so that they can be merged again', async () => {
    const run = runOfTwelveGroups();
    const [labels] = twelveGroups();
    const values = { ttft: [0.5, 0.5, 3, 700.123], e2e: [1, 2, 3, 4], ttfb: [9] };
    await written(run, (sink) => sink.write(windowOf(0, [completed(labels!, values)])));
    const rows = await query(
      `SELECT "hdr", "sum", "count" FROM tokenstorm_latency WHERE "run" = '${run.plan.runId}' GROUP BY *`,
    );
    const kept = rows.filter(({ hdr }) => hdr !== null);
    expect(new Set(kept.map(({ metric, scenario }) => `${String(metric)} of ${String(scenario)}`))).toEqual(
      new Set(['e2e of chat', 'ttft of chat']),
    );
    const ttft = kept.find(({ metric }) => metric === 'ttft');
    expect(ttft).toMatchObject({ sum: 704.123, count: 4 });
    // 700,123 µs share a counter with those from 699,904 (a multiple of 512) on.
    expect([...hdrCounts(String(ttft?.['hdr']))]).toEqual([
      [500, 2],
      [3000 - (3000 % 2), 1],
      [699_904, 1],
    ]);
  });

  it('writes every count again, zeros too, where a window is written again', async () => {
    const run = runOfTwelveGroups();
    const labels = twelveGroups()[0]!;
    const failed = { scheduled: 2, completed: 0, failed: 2, dropped: 0, lost: 0, cancelled: 0 };
    await written(run, async (sink) => {
      await sink.write(
        windowOf(0, [completed(labels, {}, { accounting: failed, errors: { 'rate-limited': 2 } })]),
      );
      await expect.poll(() => sink.unwritten).toBe(0);
      await expect
        .poll(() =>
          query(
            `SELECT "failed" FROM tokenstorm_requests WHERE "run" = '${run.plan.runId}' AND "scenario" = 'chat'`,
          ),
        )
        .toHaveLength(1);
      await sink.write(windowOf(0, [completed(labels, { e2e: [5] })]));
    });
    const rows = await query(
      `SELECT * FROM tokenstorm_requests WHERE "run" = '${run.plan.runId}' AND "scenario" = 'chat'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      scheduled: 1,
      completed: 1,
      failed: 0,
      error_rate_limited: 0,
      attempt_error_reset: 0,
    });
  });

  it('holds names with whatever characters, and no name breaks out of its place', async () => {
    const run = runOfTwelveGroups('a b,c=d "e" \\ 模型\n😀');
    const odd = ['x y,z=1', 'new\nline f=1i 5', "it\\'s", 'end\\', '_all', '模型 😀', ' '];
    const series = odd.map((model) => completed({ ...twelveGroups()[0]!, model }, { e2e: [5] }));
    await written(run, (sink) => sink.write(windowOf(0, series)));
    const rows = await query(
      `SELECT "completed" FROM tokenstorm_requests WHERE "run" = '${run.plan.runId}' AND "scenario" = 'chat' GROUP BY *`,
    );
    expect(new Set(rows.map(({ model }) => model))).toEqual(
      new Set(['x y,z=1', 'new\u{240a}line f=1i 5', "it\\'s", 'end\u{2216}', '(_all)', '模型 😀', ' ']),
    );
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['a b,c=d "e" \\ 模型\u{240a}😀']));
    expect(await query('SHOW MEASUREMENTS')).toHaveLength(6);
  });

  it('says how a run went, and how its generator did', async () => {
    const run = runOfTwelveGroups();
    await written(run, async (sink) => {
      // A quarter of the limits is 5 ms and, at a median gap of 100 ms, 5 ms again: only the first is over it.
      const soFar = completed(twelveGroups()[0]!, { ttft: [50], icl: [100], schedule_lag: [6] });
      const figures = { inFlight: 12, cpuRatio: 0.5, stampErrorBoundP99Ms: 4, peakRssBytes: 123_400_000 };
      sink.observe(statusOf(totalsOf([soFar]), figures));
      sink.stopped({ atMs: 42_000, reason: 'threshold' });
      await sink.write(windowOf(0, [completed(twelveGroups()[0]!, { e2e: [1], schedule_lag: [0.25] })]));
    });
    const ofRun = `WHERE "run" = '${run.plan.runId}'`;
    expect(await query(`SELECT * FROM tokenstorm_runs ${ofRun}`)).toEqual([
      expect.objectContaining({
        event: 'start',
        time: run.startedAtEpochMs,
        seed: 7,
        regions: 'eu-west, us-east',
        version: '1.2.3',
      }),
      expect.objectContaining({ event: 'stop', time: run.startedAtEpochMs + 42_000, reason: 'threshold' }),
      expect.objectContaining({
        event: 'end',
        time: run.startedAtEpochMs + 60_000,
        verdict: 'passed',
        validity: 'valid',
        duration_s: 60,
        started_ms: run.startedAtEpochMs,
        ended_ms: run.startedAtEpochMs + 60_000,
      }),
    ]);
    expect(await query(`SELECT * FROM tokenstorm_generator ${ofRun}`)).toEqual([
      expect.objectContaining({
        time: run.startedAtEpochMs,
        elapsed_s: 0,
        in_flight: 12,
        cpu_ratio: 0.5,
        workers: 4,
        rss_mb: 123.4,
        schedule_lag_p99_ms: 0.25,
        stamp_error_bound_p99_ms: 4,
        lateness_limit_ms: 20,
        stamp_error_limit_ms: 20,
        validity: 'suspect',
        reasons: 'schedule_lag',
      }),
      expect.objectContaining({
        time: run.startedAtEpochMs + 60_000,
        cpu_ratio: 0.25,
        validity: 'valid',
        reasons: '',
      }),
    ]);
  });

  it('says how far into the run each window begins', async () => {
    const run = runOfTwelveGroups();
    const series = [completed(twelveGroups()[0]!, { e2e: [1] })];
    await written(run, async (sink) => {
      for (const startMs of [0, 5000, 12_500]) await sink.write(windowOf(startMs, series));
    });
    for (const measurement of ['tokenstorm_latency', 'tokenstorm_requests', 'tokenstorm_run_latency']) {
      const rows = await query(
        `SELECT "elapsed_s", * FROM ${measurement} WHERE "run" = '${run.plan.runId}' AND "scenario" = '_all' AND "region" = '_all' AND "model" = '_all'`,
      );
      const expected = measurement === 'tokenstorm_run_latency' ? [null] : [0, 5, 12.5];
      expect(rows.map((row) => row['elapsed_s'])).toEqual(expected);
    }
  });

  it('says what requests cost, for what has prices throughout', async () => {
    const run = pricedRun({ small: { input: 2, output: 10 } });
    const counters = { input_tokens: 300, cached_input_tokens: 100, output_tokens: 50, attempts: 1 };
    const groups = twelveGroups().filter(({ scenario }) => scenario === 'chat');
    const series = groups.map((labels) => completed(labels, { e2e: [1] }, { counters }));
    await written(run, (sink) => sink.write(windowOf(0, series)));
    const rows = await query(
      `SELECT "usd", "completed" FROM tokenstorm_requests WHERE "run" = '${run.plan.runId}' GROUP BY *`,
    );
    const usd = (region: string, model: string, scenario: string) =>
      rows.find(
        (row) => row['region'] === region && row['model'] === model && row['scenario'] === scenario,
      )?.['usd'];
    // 300 x 2 and 50 x 10 USD per million; cached input has no price of its own.
    expect(usd('eu-west', 'small', 'chat')).toBeCloseTo(0.0011, 12);
    expect(usd('_all', 'small', '_all')).toBeCloseTo(0.0022, 12);
    for (const [region, model, scenario] of [
      ['eu-west', 'large', 'chat'],
      ['_all', 'large', '_all'],
      ['eu-west', '_all', '_all'],
      ['_all', '_all', '_all'],
    ] as const)
      expect(usd(region, model, scenario)).toBeNull();
  });

  it('makes as many series as the docs say', async () => {
    const run = runOfTwelveGroups();
    const values = { ttft: [1], e2e: [2], tpot: [3] };
    const series = twelveGroups().map((labels) => completed(labels, values));
    await using sink = influxSink({ url: influx.url, database: 'cardinality' });
    await sink.start(run);
    for (const startMs of [0, 5000]) await sink.write(windowOf(startMs, series));
    const totals = totalsOf(series);
    await sink.finish(plainReport(run, totals), { totals, endMs: 10_000 });
    // docs/influxdb.md: 2 x phases x (groups + regions + models + 1) x (metrics + 1) + 4, less 1 for the stop there was not.
    const bySeries = 2 * 1 * (12 + 2 + 2 + 1) * (3 + 1) + 3;
    const all = await query('SHOW SERIES EXACT CARDINALITY ON "cardinality"', 'cardinality');
    expect(all.reduce((sum, { count }) => sum + Number(count), 0)).toBe(bySeries);
  });
});
