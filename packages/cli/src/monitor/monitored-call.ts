import { costOf, nanoUsdPerUsd, tiersOf, trendDefinitions } from '@tokenstorm/core';
import type {
  ModelPrice,
  RequestOutcome,
  RequestRecord,
  Target,
  Tiers,
  TrendName,
  TrendRow,
  UsageSource,
} from '@tokenstorm/core';

/** One call of a monitor, as `--json` prints it and the calls file keeps it. What is not known is `null`. */
export interface MonitoredCall {
  /** When it was sent: ISO 8601, UTC, by the wall clock. */
  readonly at: string;
  readonly target: string;
  readonly provider: string;
  readonly model: string;
  readonly outcome: RequestOutcome;
  /** Its kind in snake_case. */
  readonly error: string | null;
  /** One line without secrets. */
  readonly message: string | null;
  readonly status_code: number | null;
  readonly attempts: number;
  /** From the first attempt's start to the end, whatever became of it; 0 where it was never sent. */
  readonly duration_ms: number;
  /** What it took to connect, name resolution and TLS included; 0 on a connection that was there. */
  readonly connection_ms: number | null;
  /** By the names of docs/metrics.md, in their units. */
  readonly metrics: Readonly<Partial<Record<TrendName, number>>>;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly tokens_source: UsageSource | null;
  readonly cost_usd: number | null;
  readonly tiers: Tiers;
}

const rows: readonly TrendRow[] = trendDefinitions;
/** Waits and lateness are about the load of a run. */
const notOfOneCall: ReadonlySet<TrendName> = new Set(['itl', 'icl']);

/** Metrics that a call has one value of at most: all but the gaps between its tokens. */
export const callMetrics: readonly TrendName[] = rows
  .map(({ name }) => name)
  .filter((name) => !notOfOneCall.has(name));

/** What a monitor keeps of a request, sent at this wall-clock ms. */
export function monitoredCall(record: RequestRecord, target: Target, sentAtEpochMs: number): MonitoredCall {
  const metrics = metricsOf(record);
  const last = record.attempts.at(-1);
  const isCompleted = record.outcome === 'completed';
  const { ttft: ttftMs, output_tokens_per_second: tokensPerSecond } = metrics;
  return {
    at: new Date(sentAtEpochMs).toISOString(),
    target: target.key,
    provider: target.provider,
    model: target.model,
    outcome: record.outcome,
    error: record.failure?.kind.replaceAll('-', '_') ?? null,
    message: record.failure?.message ?? null,
    status_code: last?.statusCode ?? null,
    attempts: record.attempts.length,
    duration_ms: rounded(record.endMs - (record.attempts[0]?.startMs ?? record.endMs)),
    connection_ms: connectionMs(record),
    metrics,
    input_tokens: isCompleted ? (record.usage.inputTokens ?? null) : null,
    output_tokens: isCompleted ? (record.usage.outputTokens ?? null) : null,
    tokens_source: isCompleted ? record.usageSource : null,
    cost_usd: isCompleted ? costUsd(record, target.price) : null,
    tiers: tiersOf({
      ...(ttftMs !== undefined && { ttftMs }),
      ...(tokensPerSecond !== undefined && { tokensPerSecond }),
    }),
  };
}

function metricsOf(record: RequestRecord): MonitoredCall['metrics'] {
  const metrics: Partial<Record<TrendName, number>> = {};
  for (const { name, values } of rows) {
    if (notOfOneCall.has(name)) continue;
    const value = values(record);
    if (typeof value === 'number') metrics[name] = rounded(value);
  }
  return metrics;
}

function connectionMs({ attempts }: RequestRecord): number | null {
  const connection = attempts.at(-1)?.connection;
  if (connection === undefined) return null;
  if (connection.reused) return 0;
  const { dnsMs, tcpMs, tlsMs } = connection;
  if (tcpMs === undefined) return null;
  return rounded((dnsMs ?? 0) + tcpMs + (tlsMs ?? 0));
}

/** Nobody knows what tokens cost that nobody counted. */
function costUsd({ usage, usageSource }: RequestRecord, price: ModelPrice | undefined): number | null {
  if (price === undefined || (usageSource === 'estimated' && usage.outputTokens === undefined)) return null;
  return costOf(usage, price) / nanoUsdPerUsd;
}

/** To the microsecond: what is finer is noise. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
