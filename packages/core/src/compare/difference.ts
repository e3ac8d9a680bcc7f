import type { ReportGroup, Throughput } from '../report/report.ts';
import type { Cost } from '../report/spending.ts';

/** What a comparison reads of one run: its report, or one of its groups, which have no throughput and no goodput. */
export type Measured = Pick<ReportGroup, 'accounting' | 'metrics' | 'distributions'> & {
  readonly cost: Pick<Cost, 'per_request_usd'> | null;
  readonly throughput?: Throughput;
};

/** What may be said of a change. `better` and `worse`: its confidence interval excludes 0. */
export type Judgement = 'better' | 'worse' | 'no_difference' | 'cannot_tell';

/** How one figure changed from the base to the new side. Unknown figures are `null`. */
export interface Difference {
  /** Metric and statistic: `ttft.p95`, `errors`. */
  readonly metric: string;
  /** Of `base`, `new`, `change` and `interval`; `ratio` for shares of requests. */
  readonly unit: string;
  readonly base: number | null;
  readonly new: number | null;
  /** `new` - `base`. */
  readonly change: number | null;
  /** `change` / `base`. */
  readonly change_ratio: number | null;
  /** Confidence interval of `change`, lower bound first. */
  readonly interval: readonly [number, number] | null;
  /** Confidence interval of `change_ratio`. */
  readonly interval_ratio: readonly [number, number] | null;
  readonly judgement: Judgement;
  /** Why it cannot be told; `null` where it can. */
  readonly reason: string | null;
}

/** The difference of a figure that neither side has. */
export function unknownDifference(metric: string): Difference {
  return {
    metric,
    unit: '',
    base: null,
    new: null,
    change: null,
    change_ratio: null,
    interval: null,
    interval_ratio: null,
    judgement: 'cannot_tell',
    reason: 'no values on either side',
  };
}

/** A limit of `regression:` against a difference. Broken: worse, and by more than the limit. */
export interface RegressionResult {
  readonly metric: string;
  /** As it stands in the file: `10%`, `0.5pp`. */
  readonly limit: string;
  readonly passed: boolean;
  readonly difference: Difference;
}

/** The comparison with a baseline that a run's report carries. */
export interface RegressionReport {
  /** Where the baseline is from: path or run id. */
  readonly baseline: string;
  /** 0..1 */
  readonly confidence: number;
  readonly results: readonly RegressionResult[];
}
