import type { Cost, RunCost, Tiers, Validity, Verdict } from '@tokenstorm/core';
import type { Call } from '../calls/call.ts';
import { statisticsOf, tiersOfStatistics } from '../calls/statistics.ts';
import type { Statistics } from '../calls/statistics.ts';
import type { BenchmarkCall } from './benchmark-call.ts';

/** A benchmark, or several merged, as the JSON file has it: snake_case, times in seconds. */
export interface BenchmarkResults {
  readonly schema: 'tokenstorm.benchmark/1';
  /** ISO 8601, UTC. */
  readonly generated_at: string;
  /** `null` in merged results, as all that follows up to `cost`. */
  readonly provider: string | null;
  readonly model: string | null;
  /** Id of the run. */
  readonly run: string | null;
  readonly instances: number | null;
  readonly validity: Validity | null;
  readonly verdict: Verdict | null;
  readonly cost: Cost | RunCost | null;
  /** Files that it was merged from; empty for a benchmark. */
  readonly merged_from: readonly string[];
  readonly statistics: Statistics;
  /** Of the medians. */
  readonly tiers: Tiers;
  readonly calls: readonly (Call | BenchmarkCall)[];
}

/** What results tell beside their calls. */
export type ResultFacts = Omit<
  BenchmarkResults,
  'schema' | 'generated_at' | 'statistics' | 'tiers' | 'calls'
>;

/** The results of these calls. */
export function resultsOf(
  calls: readonly (Call | BenchmarkCall)[],
  facts: ResultFacts,
  at: Date,
): BenchmarkResults {
  const statistics = statisticsOf(calls);
  return {
    schema: 'tokenstorm.benchmark/1',
    generated_at: at.toISOString(),
    ...facts,
    statistics,
    tiers: tiersOfStatistics(statistics),
    calls,
  };
}

/** Results as the file and `--json` have them. */
export function resultsJson(results: BenchmarkResults): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}
