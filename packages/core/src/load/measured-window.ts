import type { MeasuredWindow } from '../metrics/record-metrics.ts';
import type { Workload } from '../scenario/scenario.ts';
import { loadDurationMs } from './course.ts';

/**
 * The part of a run in which a workload's throughput is counted, ms from the run's start: from the end of its warm-up to
 * the end of its load. Without a duration it has no end of its own (Infinity): it ends with the run.
 */
export function measuredWindow(workload: Workload): MeasuredWindow {
  const { load, startAfterMs, warmupMs } = workload;
  const durationMs = loadDurationMs(load) ?? Infinity;
  return { startMs: startAfterMs + warmupMs, endMs: startAfterMs + durationMs };
}

/** The part of a run in which any of its workloads (at least one) is measured: from the first one's start to the last one's end. */
export function runMeasuredWindow(workloads: readonly Workload[]): MeasuredWindow {
  const windows = workloads.map(measuredWindow);
  return {
    startMs: Math.min(...windows.map(({ startMs }) => startMs)),
    endMs: Math.max(...windows.map(({ endMs }) => endMs)),
  };
}
