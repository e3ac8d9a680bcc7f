import {
  addAccounting,
  budgetUses,
  costOfGroups,
  emptyAccounting,
  measuredWindow,
  nanoUsdPerUsd,
  plannedLoad,
  pricesOf,
  runDurationMs,
  Trend,
} from '@tokenstorm/core';
import type { Accounting, BudgetState, Scenario, SeriesTotals, TrendName } from '@tokenstorm/core';
import type { RunStatus } from '@tokenstorm/aggregator';
import type { LiveStatus } from '../view/live-status.ts';

/** Turns the fold's state into what the progress view shows. */
export function liveStatusOf(scenario: Scenario): (status: RunStatus, budget?: BudgetState) => LiveStatus {
  const plannedMs = runDurationMs(scenario);
  const plannedRequests = requestsPlanned(scenario);
  const warmUntilMs = Math.min(...scenario.workloads.map((workload) => measuredWindow(workload).startMs));
  const plan = {
    ...(plannedMs !== undefined && { plannedMs }),
    ...(plannedMs === undefined && plannedRequests !== undefined && { plannedRequests }),
  };
  return (status, budget) => ({
    ...plan,
    ...statusFigures(status),
    ...costFigure(scenario, status),
    ...(scenario.budget !== undefined && { budget: budgetUses(scenario.budget, budget) }),
    stage: stageOf(status, warmUntilMs, plannedMs),
  });
}

/** Absent where nobody gives any price. */
function costFigure({ targets }: Scenario, { totals }: RunStatus): Pick<LiveStatus, 'costUsd'> {
  if (targets.every(({ price }) => price === undefined)) return {};
  const nanoUsd = costOfGroups(totals.groups({ phase: 'main' }), pricesOf(targets));
  return nanoUsd === undefined ? {} : { costUsd: nanoUsd / nanoUsdPerUsd };
}

/** Warming up as long as no workload's requests count; draining when none start any more. */
function stageOf({ knownUpToMs }: RunStatus, warmUntilMs: number, plannedMs = Infinity): LiveStatus['stage'] {
  if (knownUpToMs >= plannedMs) return 'draining';
  return knownUpToMs <= warmUntilMs && warmUntilMs > 0 ? 'warming-up' : 'running';
}

/** Undefined where a workload is bound by time alone. */
function requestsPlanned(scenario: Scenario): number | undefined {
  const requests = plannedLoad(scenario).map((load) => load.expectedRequests);
  return requests.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
}

/** What counts is that of the report, so without the warm-up; the rates are those of all requests. */
function statusFigures(status: RunStatus): Omit<LiveStatus, 'stage'> {
  const recentSeconds = status.recentMs / 1000;
  const recent = accountingOf(status.recent);
  const tokens = sumOf(status.recent, 'output_tokens');
  const ttft = trendOf(status.recent, 'ttft');
  const lags = [trendOf(status.recent, 'schedule_lag'), trendOf(status.recent, 'send_delay')];
  const lagMs = Math.max(...lags.map((lag) => (lag.count === 0 ? -Infinity : lag.quantile(0.99))));
  return {
    elapsedMs: status.knownUpToMs,
    ...status.totals.figures({ phase: 'main' }).accounting,
    inFlight: status.inFlight,
    startsPerSecond: recentSeconds > 0 ? recent.scheduled / recentSeconds : 0,
    outputTokensPerSecond: recentSeconds > 0 ? tokens / recentSeconds : 0,
    ...(ttft.count > 0 && { ttftP50Ms: ttft.quantile(0.5), ttftP99Ms: ttft.quantile(0.99) }),
    ...(lagMs > -Infinity && { generatorLagP99Ms: lagMs }),
    ...(status.cpuRatio !== undefined && { cpuRatio: status.cpuRatio }),
  };
}

function accountingOf(parts: readonly SeriesTotals[]): Accounting {
  return parts.map((totals) => totals.figures().accounting).reduce(addAccounting, emptyAccounting);
}

function sumOf(parts: readonly SeriesTotals[], counter: 'output_tokens'): number {
  return parts.reduce((sum, totals) => sum + (totals.figures().counters[counter] ?? 0), 0);
}

function trendOf(parts: readonly SeriesTotals[], name: TrendName): Trend {
  const sum = new Trend();
  for (const totals of parts) {
    const trend = totals.trend(name);
    if (trend !== undefined) sum.add(trend);
  }
  return sum;
}
