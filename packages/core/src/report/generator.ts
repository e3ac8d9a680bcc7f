import type { SeriesSum } from '../metrics/series-totals.ts';
import type { GeneratorReport } from './report.ts';

/** The load generator's condition over the measured part of the run; what is absent is unknown. */
export interface GeneratorInput {
  /** p99 over all content events of all workers; see `GeneratorHealth`. */
  readonly stampErrorBoundP99Ms?: number;
  /** p99 over all moments of all workers. */
  readonly eventLoopDelayP99Ms?: number;
  /** Of the worker that waited most for a CPU, as are the figures below of the worst one. */
  readonly runQueueDelayRatio?: number;
  readonly clockErrorMs?: number;
  readonly clockErrorBoundMs?: number;
  readonly cpuRatio?: number;
  readonly rssBytes?: number;
}

/** The generator's part of the report. */
export function generatorReport(
  { trends, counters }: Pick<SeriesSum, 'trends' | 'counters'>,
  generator: GeneratorInput,
): GeneratorReport {
  return {
    schedule_lag_p99_ms: trends.get('schedule_lag')?.quantile(0.99) ?? null,
    send_delay_p99_ms: trends.get('send_delay')?.quantile(0.99) ?? null,
    stamp_error_bound_p99_ms: generator.stampErrorBoundP99Ms ?? null,
    event_loop_delay_p99_ms: generator.eventLoopDelayP99Ms ?? null,
    run_queue_delay_ratio: generator.runQueueDelayRatio ?? null,
    clock_error_ms: generator.clockErrorMs ?? null,
    clock_error_bound_ms: generator.clockErrorBoundMs ?? null,
    cpu_ratio: generator.cpuRatio ?? null,
    rss_mb: generator.rssBytes === undefined ? null : Math.round(generator.rssBytes / 1e5) / 10,
    connections_opened: counters.connections_opened ?? 0,
  };
}
