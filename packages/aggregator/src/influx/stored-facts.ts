import type { ModelPrice, Report, ScoreTargets } from '@tokenstorm/core';

/** What InfluxDB keeps of a run that is no sum, as JSON in the annotation of its end. */
export interface StoredFacts {
  readonly run: Report['run'];
  readonly verdict: Report['verdict'];
  readonly validity: Report['validity'];
  readonly thresholds: Report['thresholds'];
  /** Of runs from before there were budgets nothing is known. */
  readonly budget?: Report['budget'];
  /** Of the models that have one. */
  readonly prices?: readonly {
    readonly provider: string;
    readonly model: string;
    readonly price: ModelPrice;
  }[];
  /** What timer_score is counted against; absent without `targets`. */
  readonly score_targets?: ScoreTargets;
  readonly generator: Report['generator'];
  /** The run's own, and those that followed from its numbers. */
  readonly notes: readonly string[];
  readonly has_slo: boolean;
  readonly on_invalid: 'fail' | 'warn';
  /** The part in which throughput counts, ms from the run's start. */
  readonly measured_start_ms: number;
  readonly measured_end_ms: number;
  /** When the last outcome was known, ms from the run's start. */
  readonly end_ms: number;
}
