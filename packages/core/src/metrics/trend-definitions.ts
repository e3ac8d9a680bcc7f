import type { ConnectionTimes, RequestRecord } from '../record.ts';
import {
  attemptStartMs,
  e2eFirstAttemptOf,
  e2eLogicalOf,
  e2eOf,
  isCompletedStream,
  lastContentMs,
  since,
  tokenGapsMs,
  tpotOf,
  ttfbOf,
  ttfoOf,
  ttftOf,
} from './record-metrics.ts';

/** One distribution: what it is called, what it means, and the values one request adds to it. */
export interface TrendDefinition {
  readonly kind: 'trend';
  readonly name: string;
  readonly unit: 'ms' | 'tokens/s';
  readonly title: string;
  /** In the terms that docs/metrics.md explains. */
  readonly formula: string;
  readonly meaning: string;
  /** In `unit`; `undefined` (or an empty list) where the request has no such value. */
  readonly values: (record: RequestRecord) => number | readonly number[] | undefined;
}

/** Every distribution. Latencies come from completed requests only, lateness and waits from all. */
export const trendDefinitions = [
  {
    kind: 'trend',
    name: 'ttft',
    unit: 'ms',
    title: 'Time to first token',
    formula: 't_first - t_start',
    meaning:
      'From the start of the successful attempt to the first content of any channel: answer, reasoning, refusal or tool call. Connection setup is inside.',
    values: ttftOf,
  },
  {
    kind: 'trend',
    name: 'ttfo',
    unit: 'ms',
    title: 'Time to first output',
    formula: 't_answer - t_start',
    meaning:
      'The same to the first content of the answer itself: text, refusal or tool call. Equals `ttft` where the model does not reason.',
    values: ttfoOf,
  },
  {
    kind: 'trend',
    name: 'ttfb',
    unit: 'ms',
    title: 'Time to first byte',
    formula: 't_byte - t_start',
    meaning:
      'The same to the first byte of the response body, be it content or not. Not streamed: it exists too.',
    values: ttfbOf,
  },
  {
    kind: 'trend',
    name: 'e2e',
    unit: 'ms',
    title: 'End-to-end latency',
    formula: 't_last - t_start',
    meaning:
      'From the start of the successful attempt to the last content. Not streamed: to the end of the body.',
    values: e2eOf,
  },
  {
    kind: 'trend',
    name: 'e2e_close',
    unit: 'ms',
    title: 'End-to-end latency to the end of the stream',
    formula: 't_end - t_start',
    meaning:
      'The same to the end of the stream: the usage event and the end mark come after the last content.',
    values: (record) => (record.outcome === 'completed' ? record.endMs - attemptStartMs(record) : undefined),
  },
  {
    kind: 'trend',
    name: 'e2e_first_attempt',
    unit: 'ms',
    title: 'End-to-end latency of requests that were not retried',
    formula: 't_last - t_start[0]',
    meaning: '`e2e` of the requests whose first attempt succeeded: what a client without retries would see.',
    values: e2eFirstAttemptOf,
  },
  {
    kind: 'trend',
    name: 'e2e_logical',
    unit: 'ms',
    title: 'End-to-end latency over all attempts',
    formula: 't_last - t_start[0]',
    meaning:
      'From the start of the first attempt to the last content: failed attempts, the waits between them and the admission of each are inside. Equals `e2e` where nothing was retried.',
    values: e2eLogicalOf,
  },
  {
    kind: 'trend',
    name: 'tpot',
    unit: 'ms',
    title: 'Time per output token',
    formula: '(t_last - t_first) / (N - n1)',
    meaning:
      'Mean time per token after the first, one value per request. Reasoning that was billed and never streamed is not in N. Undefined, and counted in `tpot_undefined`, where N - n1 is below 1, where all content came at once, and where N cannot be known because only a part of the reasoning was streamed, or because nobody says how much of it there was.',
    values: tpotOf,
  },
  {
    kind: 'trend',
    name: 'itl',
    unit: 'ms',
    title: 'Inter-token latency',
    formula: 'gap / k, k times',
    meaning:
      'Gaps between arrivals of content, each divided by the number k of tokens that ended it, where the provider tells the tokens of each event; equal to `icl` otherwise. Never estimated.',
    values: (record) => (isCompletedStream(record) ? tokenGapsMs(record) : undefined),
  },
  {
    kind: 'trend',
    name: 'icl',
    unit: 'ms',
    title: 'Inter-chunk latency',
    formula: 'gap',
    meaning: 'Gaps between consecutive arrivals of content as they are, of all requests together.',
    values: (record) => (isCompletedStream(record) ? record.chunkGapsMs : undefined),
  },
  {
    kind: 'trend',
    name: 'ttft_corrected',
    unit: 'ms',
    title: 'Time to first token from the intended start',
    formula: 't_first - t_sched',
    meaning:
      'Counts from when the request was due, so that waiting which a slow server caused is not left out (coordinated omission). Stands beside `ttft`, never in its place.',
    values: (record) =>
      isCompletedStream(record) ? since(record.intendedStartMs, record.firstTokenMs) : undefined,
  },
  {
    kind: 'trend',
    name: 'e2e_corrected',
    unit: 'ms',
    title: 'End-to-end latency from the intended start',
    formula: 't_last - t_sched',
    meaning: 'The same to the last content. Not streamed: to the end of the body.',
    values: (record) => since(record.intendedStartMs, lastContentMs(record)),
  },
  {
    kind: 'trend',
    name: 'schedule_lag',
    unit: 'ms',
    title: 'Schedule lag',
    formula: 't_handover - t_sched',
    meaning:
      "How late the generator's own clock handed a request over. Of all requests of an open loop; in a closed loop nothing is scheduled.",
    values: (record) => record.scheduleLagMs,
  },
  {
    kind: 'trend',
    name: 'send_delay',
    unit: 'ms',
    title: 'Send delay',
    formula: 't_start[0] - t_admit',
    meaning:
      'How late the first attempt started after its last permit was due: our own lateness. Of all requests that were sent.',
    values: (record) => record.sendDelayMs,
  },
  {
    kind: 'trend',
    name: 'rate_limit_wait',
    unit: 'ms',
    title: 'Wait for the rate limits',
    formula: 'sum of waits for permits',
    meaning:
      "Wait for permits of the provider's token buckets (`limits`), over all attempts; 0 where they were there. Of all requests to providers that have limits, never inside a latency.",
    values: (record) => record.waits.rateLimitMs,
  },
  {
    kind: 'trend',
    name: 'concurrency_wait',
    unit: 'ms',
    title: 'Wait for concurrency',
    formula: 'sum of t_slot[k] - t_ask[k]',
    meaning:
      'Wait for a slot under `max_concurrency`, over all attempts; 0 where one was free. Of all requests; inside no latency but `e2e_logical`, and there only that of retries.',
    values: (record) => record.waits.concurrencyMs,
  },
  {
    kind: 'trend',
    name: 'retry_wait',
    unit: 'ms',
    title: 'Wait before retries',
    formula: 'sum of t_ask[k] - t_end[k - 1]',
    meaning:
      'Back-off and Retry-After between the attempts of a request, until it asked for admission again; 0 where it was not retried. Of all requests, inside `e2e_logical` only.',
    values: (record) => record.waits.retryMs,
  },
  {
    kind: 'trend',
    name: 'dns',
    unit: 'ms',
    title: 'Name resolution',
    formula: 't_resolved - t_connect',
    meaning: 'Of completed requests that opened a connection to a named host.',
    values: (record) => freshConnection(record)?.dnsMs,
  },
  {
    kind: 'trend',
    name: 'tcp',
    unit: 'ms',
    title: 'TCP connect',
    formula: 't_connected - t_resolved',
    meaning: 'Of completed requests that opened a connection.',
    values: (record) => freshConnection(record)?.tcpMs,
  },
  {
    kind: 'trend',
    name: 'tls',
    unit: 'ms',
    title: 'TLS handshake',
    formula: 't_secured - t_connected',
    meaning: 'Of completed requests that opened an encrypted connection.',
    values: (record) => freshConnection(record)?.tlsMs,
  },
  {
    kind: 'trend',
    name: 'output_tokens_per_second',
    unit: 'tokens/s',
    title: 'Output tokens per second per user',
    formula: '1000 / tpot',
    meaning: 'Speed at which one user sees tokens after the first; its slow tail is p1 and p5.',
    values: (record) => {
      const tpotMs = tpotOf(record);
      return tpotMs === undefined ? undefined : 1000 / tpotMs;
    },
  },
] as const satisfies readonly TrendDefinition[];

/** Distributions, in ms unless the table says otherwise. */
export type TrendName = (typeof trendDefinitions)[number]['name'];

export type TrendRow = TrendDefinition & { readonly name: TrendName };

function freshConnection(record: RequestRecord): ConnectionTimes | undefined {
  if (record.outcome !== 'completed') return undefined;
  const { connection } = record.attempts[record.attempts.length - 1]!;
  return connection.reused ? undefined : connection;
}
