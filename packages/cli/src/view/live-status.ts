import type { BudgetReport } from '@tokenstorm/core';
import type { LiveDetail } from './live-status-detail.ts';

/** What a running test looks like from outside, from numbers that the fold of the snapshots has already. Pushed about once a second. */
export interface LiveStatus {
  readonly stage: 'warming-up' | 'running' | 'draining';
  /** Since the run's start; negative before it. */
  readonly elapsedMs: number;
  /** Length of the plan, where it is bound by time. */
  readonly plannedMs?: number;
  /** Size of the plan, where it is bound by requests. */
  readonly plannedRequests?: number;
  /** Requests due so far, or iterations started. */
  readonly scheduled: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly lost: number;
  readonly cancelled: number;
  readonly inFlight: number;
  /** Requests started per second, over the last seconds. */
  readonly startsPerSecond: number;
  /** Output tokens per second of all streams together, over the last seconds. */
  readonly outputTokensPerSecond: number;
  /** Over the last seconds; absent where nothing came. */
  readonly ttftP50Ms?: number;
  readonly ttftP99Ms?: number;
  /** The worse p99 of `schedule_lag` and `send_delay`, over the last seconds. */
  readonly generatorLagP99Ms?: number;
  /** CPU time / elapsed time of the busiest worker process. */
  readonly cpuRatio?: number;
  /** What the completed requests cost; absent where a price is unknown. */
  readonly costUsd?: number;
  /** What is used or set aside of the run's budget; absent where it has none. */
  readonly budget?: Pick<BudgetReport, 'usd' | 'tokens' | 'requests'>;
  /** Live worker processes by region; absent where this process alone sends. */
  readonly workers?: Readonly<Record<string, number>>;
  /** How often a shard went on with another worker; absent where it cannot. */
  readonly takeOvers?: number;
  /** What only the dashboard shows. */
  readonly detail?: LiveDetail;
}

/** Share of the plan that is done, 0..1; undefined where the plan has no known end. A plan bound by both is as far as the slower. */
export function progressRatio(status: LiveStatus): number | undefined {
  const shares: number[] = [];
  if (status.plannedMs !== undefined) shares.push(share(status.elapsedMs, status.plannedMs));
  if (status.plannedRequests !== undefined) shares.push(share(endedRequests(status), status.plannedRequests));
  return shares.length === 0 ? undefined : Math.min(...shares);
}

/** Milliseconds to the plan's end at the pace so far; undefined before there is a pace. */
export function remainingMs(status: LiveStatus): number | undefined {
  const byTime =
    status.plannedMs === undefined ? undefined : status.plannedMs - Math.max(0, status.elapsedMs);
  if (status.plannedRequests === undefined) return byTime === undefined ? undefined : Math.max(0, byTime);
  const ended = endedRequests(status);
  if (ended === 0 || status.elapsedMs <= 0) return undefined;
  const byRequests = (status.elapsedMs * (status.plannedRequests - ended)) / ended;
  return Math.max(0, byRequests, byTime ?? 0);
}

/** Requests whose outcome is known. */
export function endedRequests(status: LiveStatus): number {
  return status.completed + status.failed + status.dropped + status.lost + status.cancelled;
}

function share(done: number, all: number): number {
  return all <= 0 ? 1 : Math.min(1, Math.max(0, done / all));
}
