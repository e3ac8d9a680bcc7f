import { e2eOf, ttftOf } from '../metrics/record-metrics.ts';
import { trendDefinitions } from '../metrics/trend-definitions.ts';
import type { TrendDefinition, TrendName } from '../metrics/trend-definitions.ts';
import type { SeriesLabels } from '../metrics/snapshot.ts';
import type { Attempt, ConnectionTimes, RequestRecord } from '../record.ts';

/** One request as a per-request export sees it. */
export interface ExportedRequest {
  readonly runId: string;
  readonly labels: SeriesLabels;
  readonly record: RequestRecord;
  /** The start on the wall clock, ms since 1970: see `requestStartMs`. */
  readonly startedAtEpochMs: number;
}

/** `undefined` where the request has no such value: an empty field in CSV, `null` in JSON. */
export type Cell = string | number | boolean | undefined;

/** One column of a per-request export. */
export interface RequestColumn {
  readonly name: string;
  readonly meaning: string;
  /** Digits after the point, where it is a number with a fraction. */
  readonly digits?: 3 | 6;
  readonly value: (request: ExportedRequest) => Cell;
}

const seconds = { digits: 6 } as const;
const milliseconds = { digits: 3 } as const;

/** Columns that other tools' analysis scripts know, in their order; times in seconds. */
const commonColumns: readonly RequestColumn[] = [
  column('timestamp', 'Start of the first attempt, ISO 8601, UTC.', (request) =>
    new Date(request.startedAtEpochMs).toISOString(),
  ),
  column(
    'connection_time',
    'DNS + TCP + TLS of the last attempt; 0 on a reused connection.',
    ({ record }) => inSeconds(connectionMs(record)),
    seconds,
  ),
  column('time_to_first_token', '`ttft`.', ({ record }) => inSeconds(ttftOf(record)), seconds),
  column('time_to_completion', '`e2e`.', ({ record }) => inSeconds(e2eOf(record)), seconds),
  column(
    'first_token_latency',
    'time_to_first_token - connection_time.',
    ({ record }) => inSeconds(difference(ttftOf(record), connectionMs(record))),
    seconds,
  ),
  metricColumn('tokens_per_second', 'output_tokens_per_second'),
  column('input_tokens', 'All input tokens, cached ones included.', ({ record }) => record.usage.inputTokens),
  column(
    'output_tokens',
    'All output tokens, reasoning included.',
    ({ record }) => record.usage.outputTokens,
  ),
  column('total_tokens', 'input_tokens + output_tokens.', ({ record: { usage } }) =>
    usage.inputTokens === undefined || usage.outputTokens === undefined
      ? undefined
      : usage.inputTokens + usage.outputTokens,
  ),
  column('status', '`success`, `error` or `cancelled`.', ({ record }) => statuses[record.outcome]),
  column('error_message', 'What went wrong, without secrets.', ({ record }) => record.failure?.message),
];

/** Our own columns; times in ms, those of an instant from the run's start. */
const ownColumns: readonly RequestColumn[] = [
  column('run', 'Id of the run.', ({ runId }) => runId),
  column('scenario', 'Name of the workload.', ({ labels }) => labels.scenario),
  column('provider', 'Name of the provider.', ({ labels }) => labels.provider),
  column('model', 'Model.', ({ labels }) => labels.model),
  column('region', 'Region that it was sent from.', ({ labels }) => labels.region),
  column('phase', '`main`, or `warmup`: outside the totals of the report.', ({ record }) => record.phase),
  column(
    'arrival_index',
    'Number of the arrival in the schedule, or of the iteration.',
    ({ record }) => record.arrivalIndex,
  ),
  column('prompt_row', 'Number of the prompt, where prompts repeat.', ({ record }) => record.promptRow),
  column('outcome', '`completed`, `failed` or `cancelled`.', ({ record }) => record.outcome),
  column('error_kind', 'Kind of failure.', ({ record }) => record.failure?.kind.replaceAll('-', '_')),
  column('status_code', 'HTTP status of the last attempt.', ({ record }) => lastAttempt(record)?.statusCode),
  column('finish_reason', 'Why the answer ended.', ({ record }) => record.finishReason?.replaceAll('-', '_')),
  column('streamed', 'Whether the answer was a stream.', ({ record }) => record.streamed),
  column('attempts', 'Times it was sent.', ({ record }) => record.attempts.length),
  column('stale_reconnects', 'Times it was sent again as the reused connection was closed.', ({ record }) =>
    record.attempts.reduce((sum, attempt) => sum + attempt.staleReconnects, 0),
  ),
  column(
    'connection_reused',
    'Whether the last attempt reused a connection.',
    ({ record }) => lastAttempt(record)?.connection.reused,
  ),
  inMs('intended_start_ms', 'When it was due.', (record) => record.intendedStartMs),
  inMs('start_ms', 'Start of the first attempt.', (record) => record.attempts[0]?.startMs),
  inMs('end_ms', 'End of the stream, or of the request where it failed.', (record) => record.endMs),
  inMs('rate_limit_wait_ms', 'Wait for permits of its limits.', (record) => record.waits.rateLimitMs),
  ...(
    [
      'schedule_lag',
      'send_delay',
      'concurrency_wait',
      'retry_wait',
      'dns',
      'tcp',
      'tls',
      'ttfb',
      'ttft',
      'ttfo',
      'e2e',
      'e2e_close',
      'e2e_first_attempt',
      'e2e_logical',
      'ttft_corrected',
      'e2e_corrected',
      'tpot',
    ] as const satisfies TrendName[]
  ).map((name) => metricColumn(`${name}_ms`, name)),
  column('reasoning_tokens', 'Part of output_tokens.', ({ record }) => record.usage.reasoningTokens),
  column(
    'cached_input_tokens',
    'Part of input_tokens read from a cache.',
    ({ record }) => record.usage.cachedInputTokens,
  ),
  column(
    'cache_write_tokens',
    'Part of input_tokens written to a cache.',
    ({ record }) => record.usage.cacheWriteTokens,
  ),
  column(
    'token_source',
    'Who counted the output tokens: `provider`, `tokenizer` or `estimated`.',
    ({ record }) => (record.usage.outputTokens === undefined ? undefined : record.usageSource),
  ),
  column('content_events', 'Stream events with content.', ({ record }) => record.contentEvents),
];

/** Every column of a per-request export, in order. A name never changes its meaning; new ones come at the end. */
export const requestColumns: readonly RequestColumn[] = [...commonColumns, ...ownColumns];

/** Start of a request: its first attempt's, or where it was never sent its intended one. Ms from the run's start. */
export function requestStartMs(record: RequestRecord): number {
  return record.attempts[0]?.startMs ?? record.intendedStartMs;
}

const statuses = { completed: 'success', failed: 'error', cancelled: 'cancelled' } as const;

function column(
  name: string,
  meaning: string,
  value: RequestColumn['value'],
  unit: Pick<RequestColumn, 'digits'> = {},
): RequestColumn {
  return { name, meaning, value, ...unit };
}

/** A column of ms, with 3 digits after the point. */
function inMs(
  name: string,
  meaning: string,
  value: (record: RequestRecord) => number | undefined,
): RequestColumn {
  return column(name, meaning, ({ record }) => value(record), milliseconds);
}

/** The value that a metric of the report takes from the request. */
function metricColumn(name: string, metric: TrendName): RequestColumn {
  const values: TrendDefinition['values'] | undefined = trendDefinitions.find(
    (definition) => definition.name === metric,
  )?.values;
  return inMs(name, `\`${metric}\`.`, (record) => {
    const value = values?.(record);
    return typeof value === 'number' ? value : undefined;
  });
}

function lastAttempt(record: RequestRecord): Attempt | undefined {
  return record.attempts[record.attempts.length - 1];
}

/** `undefined` where a new connection was needed and nobody knows how long it took. */
function connectionMs(record: RequestRecord): number | undefined {
  const connection: ConnectionTimes | undefined = lastAttempt(record)?.connection;
  if (connection === undefined) return undefined;
  if (connection.reused) return 0;
  const { dnsMs, tcpMs, tlsMs } = connection;
  if (dnsMs === undefined && tcpMs === undefined && tlsMs === undefined) return undefined;
  return (dnsMs ?? 0) + (tcpMs ?? 0) + (tlsMs ?? 0);
}

function difference(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left - right;
}

function inSeconds(durationMs: number | undefined): number | undefined {
  return durationMs === undefined ? undefined : durationMs / 1000;
}
