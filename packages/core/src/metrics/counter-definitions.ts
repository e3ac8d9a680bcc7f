import type { Attempt, RequestRecord } from '../record.ts';
import type { Slo } from '../scenario/scenario.ts';
import { isCompletedStream, isGood, isInside, shareInWindow, tpotOf } from './record-metrics.ts';
import { lengthCounters } from './length-counters.ts';
import type { MeasuredWindow } from './record-metrics.ts';

/** What a counter may depend on beside the request. */
export interface CounterContext {
  readonly slo: Slo;
  readonly window: MeasuredWindow;
}

/** One sum over requests: what it is called, what it means, and what one request adds to it. */
export interface CounterDefinition {
  readonly kind: 'counter';
  readonly name: string;
  readonly unit: 'requests' | 'attempts' | 'connections' | 'tokens' | 'events';
  readonly title: string;
  readonly formula: string;
  readonly meaning: string;
  readonly amount: (record: RequestRecord, context: CounterContext) => number;
}

/** Every counter. */
export const counterDefinitions = [
  {
    kind: 'counter',
    name: 'requests',
    unit: 'requests',
    title: 'Requests ended',
    formula: 'completed + failed',
    meaning: 'Requests that the server answered or failed; not the dropped, lost and cancelled ones.',
    amount: (record) => (record.outcome === 'cancelled' ? 0 : 1),
  },
  {
    kind: 'counter',
    name: 'attempts',
    unit: 'attempts',
    title: 'Attempts',
    formula: 'sum of attempts',
    meaning: 'Tries at sending, the first one of each request included.',
    amount: (record) => record.attempts.length,
  },
  {
    kind: 'counter',
    name: 'retries',
    unit: 'attempts',
    title: 'Retries',
    formula: 'sum of attempts after the first',
    meaning: '`attempts` - `retries` are the requests that were sent at all.',
    amount: ({ attempts }) => Math.max(0, attempts.length - 1),
  },
  {
    kind: 'counter',
    name: 'retried_requests',
    unit: 'requests',
    title: 'Retried requests',
    formula: 'requests with more than one attempt',
    meaning: 'Whatever became of them.',
    amount: ({ attempts }) => (attempts.length > 1 ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'stale_reconnects',
    unit: 'attempts',
    title: 'Stale reconnects',
    formula: 'sum of stale reconnects',
    meaning:
      'Requests sent again at once because a reused connection turned out to be closed before any byte of the response. No failures.',
    amount: (record) => sumOver(record.attempts, (attempt) => attempt.staleReconnects),
  },
  {
    kind: 'counter',
    name: 'connections_opened',
    unit: 'connections',
    title: 'Connections opened',
    formula: 'attempts on a fresh connection',
    meaning: 'Attempts that opened a connection of their own, connection attempts that failed not counted.',
    amount: (record) => sumOver(record.attempts, (attempt) => (hasOpenedConnection(attempt) ? 1 : 0)),
  },
  {
    kind: 'counter',
    name: 'input_tokens',
    unit: 'tokens',
    title: 'Input tokens',
    formula: 'sum of input tokens',
    meaning: 'Of completed requests, as the provider states them.',
    amount: (record) => completed(record, record.usage.inputTokens),
  },
  {
    kind: 'counter',
    name: 'output_tokens',
    unit: 'tokens',
    title: 'Output tokens',
    formula: 'sum of output tokens',
    meaning: 'Of completed requests; all that is billed, reasoning included.',
    amount: (record) => completed(record, record.usage.outputTokens),
  },
  {
    kind: 'counter',
    name: 'reasoning_tokens',
    unit: 'tokens',
    title: 'Reasoning tokens',
    formula: 'sum of reasoning tokens',
    meaning: 'Of completed requests; a part of `output_tokens`.',
    amount: (record) => completed(record, record.usage.reasoningTokens),
  },
  {
    kind: 'counter',
    name: 'reasoning_uncounted',
    unit: 'requests',
    title: 'Requests whose reasoning nobody counted',
    formula: 'completed with reasoning of unknown length',
    meaning:
      'The response says that the model reasoned, and its usage does not say in how many tokens: they are in `output_tokens`, not in `reasoning_tokens`.',
    amount: (record) => completed(record, record.usage.uncountedReasoning ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'cached_input_tokens',
    unit: 'tokens',
    title: 'Cached input tokens',
    formula: 'sum of cached input tokens',
    meaning: 'Of completed requests; a part of `input_tokens`.',
    amount: (record) => completed(record, record.usage.cachedInputTokens),
  },
  {
    kind: 'counter',
    name: 'cache_write_tokens',
    unit: 'tokens',
    title: 'Input tokens written to a cache',
    formula: 'sum of cache write tokens',
    meaning: 'Of completed requests; a part of `input_tokens`, which some providers bill apart.',
    amount: (record) => completed(record, record.usage.cacheWriteTokens),
  },
  {
    kind: 'counter',
    name: 'window_output_tokens',
    unit: 'tokens',
    title: 'Output tokens inside the measured window',
    formula: 'sum of N x arrivals inside the window / arrivals',
    meaning:
      'Output tokens of all requests, whatever became of them, by the share of their content that arrived inside the measured window: the numerator of the throughput. Neither warm-up nor drain leaks into it.',
    amount: (record, { window }) => {
      const tokens = record.usage.outputTokens ?? 0;
      return tokens === 0 ? 0 : tokens * shareInWindow(record, window);
    },
  },
  {
    kind: 'counter',
    name: 'window_completed',
    unit: 'requests',
    title: 'Requests completed inside the measured window',
    formula: 'completed with t_end inside the window',
    meaning: 'The numerator of the requests per second.',
    amount: (record, { window }) => completed(record, isInside(record.endMs, window) ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'content_events',
    unit: 'events',
    title: 'Content events',
    formula: 'sum of content-bearing events',
    meaning: 'Of completed requests; `output_tokens` / `content_events` are the tokens per chunk.',
    amount: (record) => completed(record, record.contentEvents),
  },
  {
    kind: 'counter',
    name: 'good',
    unit: 'requests',
    title: 'Good requests',
    formula: 'completed and within every SLO',
    meaning:
      'The numerator of `goodput`. A request without a time per token passes that SLO; one that was not streamed fails an SLO on the first token.',
    amount: (record, { slo }) => (isGood(record, slo) ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'tpot_undefined',
    unit: 'requests',
    title: 'Requests without a time per token',
    formula: 'completed, streamed and without tpot',
    meaning: 'See `tpot` for the reasons.',
    amount: (record) => (isCompletedStream(record) && tpotOf(record) === undefined ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'finished_by_length',
    unit: 'requests',
    title: 'Requests cut off at the token limit',
    formula: 'completed with finish reason length',
    meaning: 'They count as completed.',
    amount: (record) => completed(record, record.finishReason === 'length' ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'tokens_from_provider',
    unit: 'requests',
    title: 'Requests whose tokens the provider counted',
    formula: 'completed with usage of the provider',
    meaning: 'The output token count of the others comes from a tokenizer or is estimated.',
    amount: (record) => completed(record, record.usageSource === 'provider' ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'tokens_estimated',
    unit: 'requests',
    title: 'Requests whose tokens were estimated',
    formula: 'completed with characters / 4',
    meaning: 'The provider said nothing, so the output token count is a guess.',
    amount: (record) => completed(record, record.usageSource === 'estimated' ? 1 : 0),
  },
  ...lengthCounters,
] as const satisfies readonly CounterDefinition[];

/** Sums over requests. */
export type CounterName = (typeof counterDefinitions)[number]['name'];

export type CounterRow = CounterDefinition & { readonly name: CounterName };

function completed(record: RequestRecord, amount: number | undefined): number {
  return record.outcome === 'completed' ? (amount ?? 0) : 0;
}

function sumOver(attempts: readonly Attempt[], amount: (attempt: Attempt) => number): number {
  return attempts.reduce((sum, attempt) => sum + amount(attempt), 0);
}

function hasOpenedConnection({ connection, statusCode }: Attempt): boolean {
  return !connection.reused && (connection.tcpMs !== undefined || statusCode !== undefined);
}
