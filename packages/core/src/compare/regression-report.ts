import type { BaselineRun } from './baseline-run.ts';
import { unknownDifference } from './difference.ts';
import type { Measured, RegressionReport } from './difference.ts';
import { differencesOf, withheld } from './differences-of.ts';
import { regressionResult } from './regression-limit.ts';
import type { RegressionLimit } from './regression-limit.ts';

/** The section `regression` of a scenario. */
export interface Regression {
  /** Files or runs, as they were written. */
  readonly baselines: readonly string[];
  /** The same with files as the scenario's folder makes them. */
  readonly paths: readonly string[];
  /** 0..1 */
  readonly confidence: number;
  readonly limits: readonly RegressionLimit[];
  /** What the baselines are; empty until somebody has read them. */
  readonly runs: readonly BaselineRun[];
}

/** What a run is against its baseline; `refusal` says why nothing may be concluded from its numbers, if so. */
export function regressionReport(
  { baselines, confidence, limits, runs }: Regression,
  measured: Measured,
  { refusal }: { readonly refusal?: string } = {},
): RegressionReport {
  const differences = differencesOf(runs, [measured], {
    confidence,
    metrics: limits.map(({ metric }) => metric),
    margins: new Map(limits.map((limit) => [limit.metric, limit])),
  });
  const judged = refusal === undefined ? differences : withheld(differences, refusal);
  const byName = new Map(judged.map((difference) => [difference.metric, difference]));
  return {
    baseline: baselines.join(', '),
    confidence,
    results: limits.map((limit) =>
      regressionResult(limit, byName.get(limit.metric) ?? unknownDifference(limit.metric)),
    ),
  };
}
