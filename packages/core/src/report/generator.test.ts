import { expect, it } from 'vitest';
import { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/definitions.ts';
import { generatorReport } from './generator.ts';

it('states what was measured', () => {
  const lags = new Trend();
  lags.recordAll([0.5, 1, 2]);
  const trends = new Map<TrendName, Trend>([['schedule_lag', lags]]);
  const condition = {
    stampErrorBoundP99Ms: 0.4,
    eventLoopDelayP99Ms: 0.3,
    runQueueDelayRatio: 0.02,
    clockErrorMs: 1.5,
    clockErrorBoundMs: 40.5,
    cpuRatio: 0.5,
    rssBytes: 123_456_789,
  };
  expect(generatorReport({ trends, counters: { connections_opened: 7 } }, condition)).toEqual({
    schedule_lag_p99_ms: 2,
    send_delay_p99_ms: null,
    stamp_error_bound_p99_ms: 0.4,
    event_loop_delay_p99_ms: 0.3,
    run_queue_delay_ratio: 0.02,
    clock_error_ms: 1.5,
    clock_error_bound_ms: 40.5,
    cpu_ratio: 0.5,
    rss_mb: 123.5,
    connections_opened: 7,
  });
});
