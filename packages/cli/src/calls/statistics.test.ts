import { describe, expect, it } from 'vitest';
import type { Call } from './call.ts';
import { statisticsOf } from './statistics.ts';

function call(ttft: number | null, rest: Partial<Call> = {}): Call {
  return {
    timestamp: '2026-11-21T12:00:00.000Z',
    connection_time: 0,
    time_to_first_token: ttft,
    time_to_completion: 2,
    first_token_latency: ttft,
    tokens_per_second: 50,
    input_tokens: 10,
    output_tokens: 100,
    total_tokens: 110,
    status: 'success',
    error_message: null,
    ...rest,
  };
}

describe('the statistics of calls', () => {
  it('are exact: percentiles are values that were measured', () => {
    // 0.1, 0.2 … 1.0 in no order.
    const calls = [7, 1, 10, 4, 2, 9, 3, 8, 5, 6].map((tenths) => call(tenths / 10));
    expect(statisticsOf(calls)).toMatchObject({
      total_calls: 10,
      successful_calls: 10,
      failed_calls: 0,
      success_rate: 1,
      avg_time_to_first_token: 0.55,
      min_time_to_first_token: 0.1,
      max_time_to_first_token: 1,
      p50_time_to_first_token: 0.5,
      p90_time_to_first_token: 0.9,
      p95_time_to_first_token: 1,
      p99_time_to_first_token: 1,
      avg_tokens_per_second: 50,
      avg_output_tokens: 100,
    });
  });

  it('count failed calls, and measure them not', () => {
    const calls = [call(1), call(9, { status: 'error' }), call(null, { status: 'cancelled' })];
    expect(statisticsOf(calls)).toMatchObject({
      total_calls: 3,
      successful_calls: 1,
      failed_calls: 1,
      cancelled_calls: 1,
      avg_time_to_first_token: 1,
    });
  });

  it('are null where nothing was measured', () => {
    expect(statisticsOf([call(null, { status: 'timeout' })])).toMatchObject({
      failed_calls: 1,
      success_rate: 0,
      avg_time_to_first_token: null,
      p99_tokens_per_second: null,
    });
  });
});
