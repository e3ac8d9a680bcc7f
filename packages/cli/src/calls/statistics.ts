import { tiersOf } from '@tokenstorm/core';
import type { Tiers } from '@tokenstorm/core';
import { callFigures, succeeded } from './call.ts';
import type { Call, CallFigure } from './call.ts';

/**
 * Counts of the calls, and of each figure over the successful ones `avg_`, `min_`, `max_`, `p50_`, `p90_`, `p95_` and `p99_`:
 * `avg_time_to_first_token`. Seconds, tokens per second, tokens; `null` where no successful call has the figure.
 */
export interface Statistics extends CallCounts {
  readonly [figure: string]: number | null;
}

interface CallCounts {
  readonly total_calls: number;
  readonly successful_calls: number;
  readonly failed_calls: number;
  /** By Ctrl-C. */
  readonly cancelled_calls: number;
  /** successful_calls / total_calls */
  readonly success_rate: number | null;
}

const percentiles = [50, 90, 95, 99] as const;

/** The statistics of these calls, exact: a percentile p is the value of rank ceil(p / 100 x n), one that was measured. */
export function statisticsOf(calls: readonly Call[]): Statistics {
  const successful = calls.filter(succeeded);
  const cancelled = calls.filter(({ status }) => status === 'cancelled');
  return {
    total_calls: calls.length,
    successful_calls: successful.length,
    failed_calls: calls.length - successful.length - cancelled.length,
    cancelled_calls: cancelled.length,
    success_rate: calls.length === 0 ? null : successful.length / calls.length,
    ...Object.assign({}, ...callFigures.map((figure) => figureStatistics(figure, successful))),
  } as Statistics;
}

/** The tiers of the medians. */
export function tiersOfStatistics(statistics: Statistics): Tiers {
  const { p50_time_to_first_token: ttft = null, p50_tokens_per_second: rate = null } = statistics;
  return tiersOf({
    ...(ttft !== null && { ttftMs: ttft * 1000 }),
    ...(rate !== null && { tokensPerSecond: rate }),
  });
}

function figureStatistics(figure: CallFigure, calls: readonly Call[]): Record<string, number | null> {
  const values = calls.flatMap((call) => call[figure] ?? []).toSorted((one, other) => one - other);
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    [`avg_${figure}`]: values.length === 0 ? null : rounded(sum / values.length),
    [`min_${figure}`]: rounded(values[0]),
    [`max_${figure}`]: rounded(values.at(-1)),
    ...Object.fromEntries(
      percentiles.map((percentile) => [
        `p${percentile}_${figure}`,
        rounded(values[Math.ceil((percentile / 100) * values.length) - 1]),
      ]),
    ),
  };
}

/** To a millionth. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toFixed(6));
}
