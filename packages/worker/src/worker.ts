import type { Environment, MetricsSnapshot, RunPlan, Shard, ShardLease, Transport } from '@tokenstorm/core';
import type { RecordSink } from './export/record-sink.ts';
import { permittedEnvironment } from './permissions/permissions.ts';
import type { Permissions } from './permissions/permissions.ts';
import type { TraceConsumer } from './trace/traced-client.ts';
import { WorkerClosing } from './worker-closing.ts';
import { WorkerRun } from './worker-run.ts';
import { noRequests, sumOfCounts } from './worker-status.ts';
import type { RequestCounts, WorkerStatus } from './worker-status.ts';

/** A run that was prepared for, and of which no shard has come for so long, is forgotten. */
const preparedForMs = 30_000;

export interface WorkerOptions {
  readonly transport: Transport;
  /** Unique among the processes of a run. */
  readonly workerId: string;
  /** Where `${NAME}` in base URLs, headers and keys is looked up. */
  readonly environment: Environment;
  /** What scenarios may make this process do; default: all but sending to metadata services. */
  readonly permissions?: Permissions;
  /** Is given every request that ends. Who made it closes it, after the worker. */
  readonly records?: RecordSink;
  /** Is given what went over the wire for the first request of each run that this process sends. */
  readonly trace?: TraceConsumer;
  /** How long requests under way may finish after the worker was told to end, ms; default 0: they are cancelled. */
  readonly tailGraceMs?: number;
  /** Told why it stays out of a run that others have under way. */
  readonly onUnfit?: (plan: RunPlan, reason: string) => void;
  /** Is given what is known of a run and can never be committed, because the transport is gone for good or the worker must end. */
  readonly onUncommitted?: (plan: RunPlan, snapshots: readonly MetricsSnapshot[]) => void;
}

/** Takes shards from the transport, of any number of runs at once, and runs them until it is disposed. */
export class Worker implements AsyncDisposable {
  readonly #options: WorkerOptions;
  readonly #closing: WorkerClosing;
  readonly #runs = new Map<string, WorkerRun>();
  /** Runs of which nothing is left here, until all they had open is closed. */
  readonly #ending = new Set<Promise<void>>();
  #requestsBefore: RequestCounts = noRequests();
  #shards: AsyncDisposable | undefined;
  /** Runs that were told of a fault of this worker. */
  readonly #failedRuns = new Set<string>();

  constructor(options: WorkerOptions) {
    const { environment, permissions = {} } = options;
    this.#options = { ...options, environment: permittedEnvironment(environment, permissions) };
    this.#closing = new WorkerClosing(options.tailGraceMs ?? 0);
  }

  /** What it does at the moment. */
  get status(): WorkerStatus {
    const runs = [...this.#runs.values()].map((run) => run.status);
    const sum = (figure: 'shards' | 'inFlight') => runs.reduce((total, run) => total + run[figure], 0);
    return {
      workerId: this.#options.workerId,
      runs,
      shards: sum('shards'),
      inFlight: sum('inFlight'),
      requests: sumOfCounts([this.#requestsBefore, ...runs.map(({ requests }) => requests)]),
    };
  }

  async start(): Promise<void> {
    this.#shards = await this.#options.transport.shards.work(
      (lease, signal) => this.#run(lease, signal),
      (run) => this.#prepare(run),
    );
  }

  /**
   * Gives back all shards, lets what is under way finish within the grace period, and commits it. Where commits cannot be had, it
   * waits 5 s longer and gives them up.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.begin();
    try {
      await this.#shards?.[Symbol.asyncDispose]();
    } catch (cause) {
      // Where a shard failed, the run has been told.
      if (this.#failedRuns.size === 0) throw cause;
    } finally {
      this.#closing.end();
      await Promise.all([...this.#runs].map(([runId, run]) => this.#endIfEmpty(runId, run)));
      await Promise.all(this.#ending);
    }
  }

  async #run(lease: ShardLease, signal: AbortSignal): Promise<void> {
    const run = this.#runOf(lease.shard.plan);
    try {
      await run.work(lease, signal);
    } catch (cause) {
      this.#failedRuns.add(lease.shard.plan.runId);
      throw cause;
    } finally {
      await this.#endIfEmpty(lease.shard.plan.runId, run);
    }
  }

  /** What cannot be had for a run that has not started is told once a shard of it is here. */
  async #prepare({ plan, region }: Pick<Shard, 'plan' | 'region'>): Promise<'ready' | 'unfit'> {
    const run = this.#runOf(plan);
    try {
      const lack = await run.prepare(region);
      if (lack !== undefined) this.#options.onUnfit?.(plan, lack);
      return lack === undefined ? 'ready' : 'unfit';
    } finally {
      setTimeout(() => void this.#endIfEmpty(plan.runId, run), preparedForMs).unref();
    }
  }

  #runOf(plan: RunPlan): WorkerRun {
    const known = this.#runs.get(plan.runId);
    if (known !== undefined) return known;
    const isAlone = () => this.#runs.size === 1;
    const isFirstFault = () => {
      const isFirst = !this.#failedRuns.has(plan.runId);
      this.#failedRuns.add(plan.runId);
      return isFirst;
    };
    const run = new WorkerRun({
      plan,
      options: this.#options,
      closing: this.#closing,
      isAlone,
      isFirstFault,
    });
    this.#runs.set(plan.runId, run);
    return run;
  }

  /** What the run had open here is closed; should it come back, it begins anew. */
  async #endIfEmpty(runId: string, run: WorkerRun): Promise<void> {
    if (!run.isEmpty || this.#runs.get(runId) !== run) return;
    this.#runs.delete(runId);
    this.#requestsBefore = sumOfCounts([this.#requestsBefore, run.status.requests]);
    const ending = run[Symbol.asyncDispose]();
    this.#ending.add(ending);
    await ending.finally(() => this.#ending.delete(ending));
  }
}
