import { addAccounting, emptyAccounting } from '../metrics/accounting.ts';
import { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import { addDistribution, distributionNames, distributionsOf } from '../report/distributions.ts';
import type { ReportGroup } from '../report/report.ts';
import { metricSummaries } from '../report/series-report.ts';
import type { Cost } from '../report/spending.ts';
import type { Measured } from './difference.ts';

/** Groups of a run taken together, such as all of one model. */
export interface GroupSum extends Measured {
  readonly cost: Cost | null;
  /** Requests that completed within every SLO; `null` where no SLO is set. */
  readonly good: number | null;
  /** Input and output together, of completed requests; `null` where one of the groups does not know its own. */
  readonly tokens: number | null;
}

/**
 * The sum of several groups: their requests counted together, and distributions of all their values. Of several groups only the
 * metrics of `distributionNames` can be added; those that one of the groups has no distribution of are left out.
 */
export function sumOfGroups(groups: readonly ReportGroup[]): GroupSum {
  const accounting = groups.reduce((sum, group) => addAccounting(sum, group.accounting), emptyAccounting);
  const [only] = groups;
  const isOne = groups.length === 1 && only !== undefined;
  const trends = isOne ? undefined : sumsOfTrends(groups);
  const good = sumOrNull(groups.map((group) => group.good ?? null));
  const tokens = sumOrNull(groups.map(groupTokens));
  return {
    accounting,
    metrics: trends === undefined ? only!.metrics : metricSummaries(trends),
    distributions: trends === undefined ? (only!.distributions ?? {}) : distributionsOf(trends),
    cost: sumOfCosts(groups, accounting.completed, tokens),
    good,
    tokens,
    throughput: {
      requests_per_second: null,
      output_tokens_per_second: null,
      goodput_ratio: good === null || accounting.scheduled === 0 ? null : good / accounting.scheduled,
    },
  };
}

function sumsOfTrends(groups: readonly ReportGroup[]): ReadonlyMap<TrendName, Trend> {
  const sums = distributionNames.flatMap((name) => {
    const sum = sumOfTrend(groups, name);
    return sum === undefined ? [] : [[name, sum] as const];
  });
  return new Map(sums);
}

function sumOfTrend(groups: readonly ReportGroup[], name: TrendName): Trend | undefined {
  const sum = new Trend();
  for (const { metrics, distributions } of groups) {
    const summary = metrics[name];
    if (summary === undefined) continue;
    const encoded = distributions?.[name];
    if (encoded === undefined) return undefined;
    addDistribution(sum, summary, encoded);
  }
  return sum;
}

/** A group of which nothing completed costs nothing that is known, and is no reason not to know the rest. */
function sumOfCosts(groups: readonly ReportGroup[], completed: number, tokens: number | null): Cost | null {
  const priced = groups.filter((group) => group.cost !== null || group.accounting.completed > 0);
  const total = sumOrNull(priced.map(({ cost }) => cost?.total_usd ?? null));
  if (total === null || priced.length === 0) return null;
  return {
    total_usd: rounded(total),
    per_request_usd: completed === 0 ? null : rounded(total / completed),
    per_1k_tokens_usd: tokens === null || tokens === 0 ? null : rounded((total / tokens) * 1000),
  };
}

function groupTokens({ tokens, accounting }: ReportGroup): number | null {
  if (accounting.completed === 0) return 0;
  return tokens.input === null || tokens.output === null ? null : tokens.input + tokens.output;
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.reduce(
    (sum: number | null, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}

/** To a billionth of a dollar. */
function rounded(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}
