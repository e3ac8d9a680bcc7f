import { distributionBuckets } from '@tokenstorm/core';
import type { Accounting, ReportGroup } from '@tokenstorm/core';

/** Groups that share a label, as one. */
export interface MergedGroups {
  readonly name: string;
  readonly accounting: Accounting;
  readonly groups: readonly ReportGroup[];
}

/** The groups by a name of theirs, in the order in which the names come first. */
export function mergedGroups(
  groups: readonly ReportGroup[],
  nameOf: (group: ReportGroup) => string,
): readonly MergedGroups[] {
  return [...Map.groupBy(groups, nameOf)].map(([name, same]) => ({
    name,
    accounting: addedUp(same.map(({ accounting }) => accounting)),
    groups: same,
  }));
}

type Metric = 'ttft' | 'e2e' | 'output_tokens_per_second';
type Percentile = 'p50' | 'p95' | 'p99';

const shares: Readonly<Record<Percentile, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** How many values the groups have of a metric. */
export function valueCount({ groups }: MergedGroups, metric: Metric): number {
  return groups.reduce((sum, { metrics }) => sum + (metrics[metric]?.count ?? 0), 0);
}

/** A percentile of all values of the groups together; `null` without data, or where the report does not have the distributions. */
export function mergedPercentile({ groups }: MergedGroups, metric: Metric, key: Percentile): number | null {
  const known = groups.filter(({ metrics }) => metrics[metric] !== undefined);
  const [only] = known;
  if (known.length === 1) return only?.metrics[metric]?.[key] ?? null;
  const encoded = known.flatMap(({ distributions }) => distributions?.[metric] ?? []);
  if (known.length === 0 || encoded.length < known.length) return null;
  const value = percentileOf(
    encoded.flatMap((one) => distributionBuckets(one)),
    shares[key],
  );
  const largest = Math.max(...known.map(({ metrics }) => metrics[metric]?.max ?? 0));
  return Math.min(value, largest);
}

/** The highest value of the bucket that holds the value of rank `ceil(share x count)`; a bucket ends a thousandth before the next. */
function percentileOf(buckets: ReturnType<typeof distributionBuckets>, share: number): number {
  const ascending = buckets.toSorted((one, other) => one.from - other.from);
  const rank = Math.ceil(share * ascending.reduce((sum, { count }) => sum + count, 0));
  let reached = 0;
  const found = ascending.find(({ count }) => (reached += count) >= rank);
  return Number(((found?.to ?? 0) - 0.001).toFixed(3));
}

function addedUp(all: readonly Accounting[]): Accounting {
  const sum = (key: keyof Accounting) => all.reduce((total, accounting) => total + accounting[key], 0);
  return {
    scheduled: sum('scheduled'),
    completed: sum('completed'),
    failed: sum('failed'),
    dropped: sum('dropped'),
    lost: sum('lost'),
    cancelled: sum('cancelled'),
  };
}
