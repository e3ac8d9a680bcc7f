import { randomUUID } from 'node:crypto';
import { InfluxDB } from 'influx';
import type { HealthSummary, MetricsWindow, Sink, SinkRun } from '@tokenstorm/aggregator';
import {
  SeriesTotals,
  Trend,
  buildReport,
  emptyAccounting,
  parseScenario,
  planShards,
} from '@tokenstorm/core';
import type { Report, SeriesLabels, SnapshotSeries, TrendName } from '@tokenstorm/core';

const regions = ['eu-west', 'us-east'];
const models = ['small', 'large'];
const scenarios = ['chat', 'rag', 'code'];

/** A run of two regions, two models and three scenarios that started an hour ago. Nothing runs: its windows are made by hand. */
export function runOfTwelveGroups(name = 'test run'): SinkRun {
  const text = JSON.stringify({
    name: 'test',
    seed: 7,
    regions: Object.fromEntries(regions.map((region) => [region, 50])),
    providers: [{ name: 'own', type: 'openai-compatible', base_url: 'http://127.0.0.1:1/v1', models }],
    workload: {
      scenarios: scenarios.map((scenario) => ({
        name: scenario,
        prompt: 'Hi',
        executor: 'constant-arrival-rate',
        rate: 10,
        duration: '60s',
      })),
    },
  });
  const context = { env: {}, readText: () => '', hash: (content: string) => content };
  const { scenario } = parseScenario({ path: 'test.yaml', text }, context);
  const runId = `test-${randomUUID()}`;
  return {
    plan: {
      runId,
      scenario: { ...scenario, name },
      shards: planShards(scenario.regions, 1),
      snapshotIntervalMs: 1000,
    },
    startedAtEpochMs: Math.floor(Date.now() / 5000) * 5000 - 3_600_000,
    version: '1.2.3',
  };
}

/** The labels of all twelve groups. */
export function twelveGroups(): SeriesLabels[] {
  return regions.flatMap((region) =>
    models.flatMap((model) =>
      scenarios.map((scenario) => ({ provider: 'own', model, scenario, region, phase: 'main' as const })),
    ),
  );
}

/** Completed requests of a group with these distributions; as many of them as `e2e` has values. */
export function completed(
  labels: SeriesLabels,
  values: Readonly<Partial<Record<TrendName, readonly number[]>>>,
  more: Partial<SnapshotSeries> = {},
): SnapshotSeries {
  const count = values.e2e?.length ?? 0;
  const trends = Object.entries(values).map(([name, list]) => {
    const trend = new Trend();
    trend.recordAll(list);
    return [name, trend.encode()];
  });
  return {
    labels,
    accounting: { ...emptyAccounting, scheduled: count, completed: count },
    counters: { requests: count, attempts: count, output_tokens: count * 10, tokens_from_provider: count },
    errors: {},
    trends: Object.fromEntries(trends) as SnapshotSeries['trends'],
    ...more,
  };
}

/** A window of 5 s with these series. */
export function windowOf(startMs: number, series: readonly SnapshotSeries[]): MetricsWindow {
  return { startMs, durationMs: 5000, totals: totalsOf(series) };
}

export function totalsOf(series: readonly SnapshotSeries[]): SeriesTotals {
  const totals = new SeriesTotals();
  for (const one of series) totals.add(one);
  return totals;
}

/** How a run stands whose four workers know no more of themselves than these figures. */
export function statusOf(
  totals: SeriesTotals,
  { inFlight = 0, cpuRatio, ...figures }: { inFlight?: number } & Partial<HealthSummary> = {},
): Parameters<Sink['observe']>[0] {
  const health: HealthSummary = {
    workers: 4,
    workersByRegion: {},
    cpuRatio,
    peakRssBytes: undefined,
    stampErrorBoundP99Ms: undefined,
    eventLoopDelayP99Ms: undefined,
    runQueueDelayRatio: undefined,
    clockErrorMs: undefined,
    clockErrorBoundMs: undefined,
    travel: { paths: [], connectionsOpened: 0, redirects: 0, decodedResponses: 0 },
    limits: [],
    ...figures,
  };
  return { inFlight, cpuRatio, totals, health: () => health };
}

/** A plain report of these totals. */
export function plainReport({ plan, startedAtEpochMs, version }: SinkRun, totals: SeriesTotals): Report {
  const { scenario } = plan;
  return buildReport({
    run: {
      id: plan.runId,
      name: scenario.name,
      mode: 'distributed',
      seed: scenario.seed,
      startedAtEpochMs,
      durationMs: 60_000,
      regions: scenario.regions.map(({ name }) => name),
      workers: 4,
      version,
      workloads: [],
    },
    totals,
    windows: [],
    courses: [],
    thresholds: [],
    measuredSeconds: 60,
    hasSlo: false,
    generator: { cpuRatio: 0.25 },
    notes: [],
    errorExamples: {},
    calls: [],
  });
}

/** Asks InfluxDB as a panel would: the rows of all series, with their tags. */
export async function asked(
  url: string,
  query: string,
  database = 'tokenstorm',
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { hostname, port } = new URL(url);
  const client = new InfluxDB({ host: hostname, port: Number(port), database });
  const answer = (await client.queryRaw(query, { precision: 'ms', method: 'POST' })) as {
    results: { error?: string; series?: { tags?: object; columns: string[]; values?: unknown[][] }[] }[];
  };
  return answer.results.flatMap(({ error, series = [] }) => {
    if (error !== undefined) throw new Error(error);
    return series.flatMap(({ tags, columns, values = [] }) =>
      values.map((row) => ({ ...tags, ...Object.fromEntries(columns.map((name, at) => [name, row[at]])) })),
    );
  });
}
