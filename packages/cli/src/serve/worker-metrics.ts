import { Counter, Gauge, Registry } from 'prom-client';
import { outcomes } from './worker-figures.ts';
import type { WorkerFigures } from './worker-figures.ts';

/** What `/metrics` of a worker shows, by the names in docs/distributed.md. Runs that have ended leave nothing behind. */
export async function workerMetrics(figures: WorkerFigures, processes: WorkerProcessCounts): Promise<string> {
  const registry = new Registry();
  addRuns(registry, figures);
  addRequests(registry, figures);
  gauge(
    registry,
    'tokenstorm_worker_redis_connected',
    '1 while Redis answers',
    Number(figures.redisConnected),
  );
  counter(
    registry,
    'tokenstorm_worker_lease_lost_total',
    'Leases of shards lost before they were given back',
    figures.leasesLost,
  );
  gauge(
    registry,
    'tokenstorm_worker_snapshots_uncommitted',
    'Snapshots that Redis does not have yet',
    figures.snapshotsUncommitted,
  );
  counter(
    registry,
    'tokenstorm_worker_runs_stayed_out_total',
    'Runs under way that it has no part in, because it lacks what they need',
    figures.runsStayedOutOf,
  );
  addProcesses(registry, figures, processes);
  return registry.metrics();
}

/** The processes behind the figures. */
export interface WorkerProcessCounts {
  readonly running: number;
  /** Ended by themselves and were started again. */
  readonly restarted: number;
  /** When the first one began. */
  readonly startedAtEpochMs: number;
}

function addRuns(registry: Registry, { runs }: WorkerFigures): void {
  const labelNames = ['run', 'region'];
  const shards = new Gauge({
    name: 'tokenstorm_worker_shards_held',
    help: 'Shards that are held, by run',
    labelNames,
    registers: [registry],
  });
  const inFlight = new Gauge({
    name: 'tokenstorm_worker_requests_in_flight',
    help: 'Requests under way, by run',
    labelNames,
    registers: [registry],
  });
  for (const { runId: run, region, shards: held, inFlight: open } of runs) {
    shards.set({ run, region }, held);
    inFlight.set({ run, region }, open);
  }
}

function addRequests(registry: Registry, { requests }: WorkerFigures): void {
  const total = new Counter({
    name: 'tokenstorm_worker_requests_total',
    help: 'Requests that ended, by outcome',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of outcomes) total.inc({ outcome }, requests[outcome]);
}

function addProcesses(registry: Registry, figures: WorkerFigures, processes: WorkerProcessCounts): void {
  gauge(registry, 'tokenstorm_worker_processes', 'Processes that send', processes.running);
  counter(
    registry,
    'tokenstorm_worker_process_restarts_total',
    'Processes that died and were started again',
    processes.restarted,
  );
  addProcessMetrics(registry, { ...figures, ...processes });
}

/** The metrics that Prometheus has of every process. */
export function addProcessMetrics(registry: Registry, process: ProcessFigures): void {
  counter(registry, 'process_cpu_seconds_total', 'CPU time, of all processes', process.cpuSeconds);
  gauge(registry, 'process_resident_memory_bytes', 'Resident memory, of all processes', process.rssBytes);
  gauge(
    registry,
    'process_start_time_seconds',
    'Start, since the Unix epoch',
    process.startedAtEpochMs / 1000,
  );
}

export interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly startedAtEpochMs: number;
}

export function gauge(registry: Registry, name: string, help: string, value: number): void {
  new Gauge({ name, help, registers: [registry] }).set(value);
}

export function counter(registry: Registry, name: string, help: string, value: number): void {
  new Counter({ name, help, registers: [registry] }).inc(value);
}
