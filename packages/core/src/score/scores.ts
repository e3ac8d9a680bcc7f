/** The timer_score of one checkpoint over the requests of a run. */
export interface Score {
  /** What was aimed at, in seconds. */
  readonly target_s: number;
  /** Mean of the requests' scores, 0..1. */
  readonly mean: number;
  /** The score of the median, and of the 95th percentile. */
  readonly p50: number;
  readonly p95: number;
}

/** The scores of a run by checkpoint; only those that `targets` of the scenario names and that have data. */
export interface Scores {
  readonly first_token?: Score;
  readonly total?: Score;
}
