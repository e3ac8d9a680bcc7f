import type { LeaseEnd, MetricsSnapshot, RunPlan, Workload } from '@tokenstorm/core';
import type { Socket } from 'node:net';
import { Engine } from '../engine.ts';
import { whole } from '../request/__fixtures__/request-setup.ts';
import { RunControl } from '../run-control.ts';
import { ShardControl } from '../shard-control.ts';
import { runShard } from '../shard-runner.ts';
import { done, finish, text } from '../stream/__fixtures__/chat-stream.ts';
import { WorkerClosing } from '../worker-closing.ts';
import { TestLease, transportOf } from './run-setup.ts';
import type { TestLeaseOptions } from './run-setup.ts';

export const answered = whole(text('a') + finish + done, 200, 'text/event-stream');
export const answer = (socket: Socket) => void socket.write(answered);
const thinkTimeMs = { kind: 'fixed', value: 0 } as const;
export const users = (vus: number, durationMs: number): Workload['load'] => ({
  executor: 'constant-vus',
  vus,
  durationMs,
  thinkTimeMs,
});
export const iterations = (vus: number, count: number): Workload['load'] => ({
  executor: 'shared-iterations',
  vus,
  iterations: count,
  thinkTimeMs,
});

export interface ShardOptions extends TestLeaseOptions {
  readonly tailGraceMs?: number;
}

/** One shard of a run under way; `await using` closes its engine. */
export function shardOf(described: RunPlan, { tailGraceMs = 0, ...options }: ShardOptions = {}) {
  const transport = transportOf();
  const plan = { ...described, snapshotIntervalMs: 50 };
  const engine = new Engine({ plan, transport, workerId: 'w1', environment: {} });
  const lease = new TestLease(plan, options);
  const run = new RunControl(transport.clock);
  const signal = new AbortController();
  const control = new ShardControl(run, lease, signal.signal, () => transport.clock.nowMs());
  const closing = new WorkerClosing(tailGraceMs);
  const told = { letGo: 0, uncommitted: [] as MetricsSnapshot[] };
  const running = runShard({
    lease,
    engine,
    control,
    closing,
    onLetGo: () => (told.letGo += 1),
    onUncommitted: (snapshots) => told.uncommitted.push(...snapshots),
  });
  running.catch(() => {});
  const { clock } = transport;
  const start = (agoMs = 0) => run.observe({ type: 'run-start', startAtEpochMs: clock.epochMs() - agoMs });
  const stop = (mode: 'drain' | 'now') => run.observe({ type: 'run-stop', mode, reason: 'interrupted' });
  const isWarm = () => transport.appended.some(({ type }) => type === 'warmed-up');
  const take = (end: LeaseEnd) => signal.abort(end);
  return { engine, lease, running, take, start, stop, isWarm, closing, told };
}
