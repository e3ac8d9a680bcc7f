import type { TrendName } from '../metrics/definitions.ts';

/** Distributions of phase `main`, as far as the validity looks at them. */
export type JudgedTrends = ReadonlyMap<TrendName, { readonly count: number; quantile(q: number): number }>;

/** A quantile; `undefined` without data. */
export function quantileOf(trends: JudgedTrends, name: TrendName, q: number): number | undefined {
  const trend = trends.get(name);
  return trend === undefined || trend.count === 0 ? undefined : trend.quantile(q);
}

/** Requests waited longer for a limit that the run keeps than for the server: then the limit fills `max_in_flight`. */
export function isHeldByLimits(trends: JudgedTrends): boolean {
  const waitMs = quantileOf(trends, 'rate_limit_wait', 0.5);
  return waitMs !== undefined && waitMs > (quantileOf(trends, 'e2e', 0.5) ?? 0);
}
