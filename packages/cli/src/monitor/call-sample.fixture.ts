import { tiersOf } from '@tokenstorm/core';
import type { CallSample } from './call-sample.ts';
import type { MonitoredCall } from './monitored-call.ts';

/** A completed call of 10 + 20 tokens to `own/m` at this epoch ms, with these changes. */
export function callAt(atMs: number, change: Partial<MonitoredCall> = {}): MonitoredCall {
  return {
    at: new Date(atMs).toISOString(),
    target: 'own/m',
    provider: 'own',
    model: 'm',
    outcome: 'completed',
    error: null,
    message: null,
    status_code: 200,
    attempts: 1,
    duration_ms: 500,
    connection_ms: 0,
    metrics: { ttft: 100, e2e: 500, output_tokens_per_second: 50 },
    input_tokens: 10,
    output_tokens: 20,
    tokens_source: 'provider',
    cost_usd: null,
    tiers: tiersOf({ ttftMs: 100, tokensPerSecond: 50 }),
    ...change,
  };
}

/** A call that could not be made. */
export function failedCallAt(atMs: number, change: Partial<MonitoredCall> = {}): MonitoredCall {
  return callAt(atMs, {
    outcome: 'failed',
    error: 'connect_timeout',
    message: 'no connection',
    status_code: null,
    metrics: {},
    input_tokens: null,
    output_tokens: null,
    tokens_source: null,
    tiers: tiersOf({}),
    ...change,
  });
}

/** A call as windows and files take it. */
export function sampleOf(call: MonitoredCall): CallSample {
  const isCompleted = call.outcome === 'completed';
  return {
    call,
    workload: 'w',
    region: 'here',
    counters: {
      requests: 1,
      ...(isCompleted && { input_tokens: call.input_tokens ?? 0, output_tokens: call.output_tokens ?? 0 }),
    },
  };
}
