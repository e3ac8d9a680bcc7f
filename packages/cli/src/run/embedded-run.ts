import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult, RunStatus } from '@tokenstorm/aggregator';
import { Coordinator } from '@tokenstorm/coordinator';
import { budgetLimits, exitCodes, TokenstormError } from '@tokenstorm/core';
import type {
  AggregationLease,
  Budget,
  BudgetState,
  Dataset,
  MetricsSnapshot,
  RunEvent,
  RunPlan,
  Transport,
} from '@tokenstorm/core';
import { memoryTransport } from '@tokenstorm/transport';
import { concealing, Worker } from '@tokenstorm/worker';
import type { Permissions } from '@tokenstorm/worker';
import { RunCourse } from './ended-run.ts';
import type { EndedRun } from './ended-run.ts';
import { RequestExport } from './request-export.ts';
import type { RunInflux } from './run-influx.ts';
import type { RequestExportOutcome, RequestFile } from './request-export.ts';
import { tapLog } from './tap-log.ts';
import { TraceFile } from './trace-file.ts';
import { WorkerProcesses } from './worker-processes.ts';

/** How long the other shards have to send their last snapshots after one failed. */
const settleMs = 1000;

export interface EmbeddedRunOptions {
  readonly plan: RunPlan;
  readonly datasets: readonly Dataset[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onStatus: (status: RunStatus, budget: BudgetState | undefined) => void;
  /** What the scenario may do here; default: all but sending to metadata services. */
  readonly permissions?: Permissions;
  /** How many processes send. 1 (the default) is this one; of more, this one is none. */
  readonly processes?: number;
  /** Is shown the run as it goes. */
  readonly observer?: RunObserver;
  /** Where its windows are written. */
  readonly influx?: RunInflux;
  /** Files that every request is written to as it ends, by whatever process sends it. */
  readonly requestFiles?: readonly RequestFile[];
  /** Where the wire trace of the first request goes; absent for none. */
  readonly tracePath?: string;
  /** Hears once from each process that a request file cannot be written any more. */
  readonly onExportFailure?: (path: string, reason: string) => void;
}

/** Whoever keeps a run. */
export interface RunObserver {
  /** Each snapshot, right before it is folded, in the order of the fold. */
  snapshot(snapshot: MetricsSnapshot): void;
  event(event: RunEvent): void;
}

/** A whole run on this machine: coordinator and aggregator over a transport in memory, worker here or in processes of its own. */
export class EmbeddedRun {
  readonly #options: EmbeddedRunOptions;
  readonly #transport: Transport = memoryTransport();
  readonly #coordinator: Coordinator;
  readonly #finished = new AbortController();
  readonly #course = new RunCourse();
  #failure: string | undefined;
  #lostProcess: string | undefined;
  /** Somebody asked for a stop, whatever else had ended the run by then. */
  #isInterrupted = false;
  #settling: NodeJS.Timeout | undefined;
  #export: RequestExport | undefined;
  readonly #exported: RequestExportOutcome[] = [];

  constructor(options: EmbeddedRunOptions) {
    this.#options = options;
    this.#coordinator = new Coordinator(this.#transport, options.plan);
  }

  stop(mode: 'drain' | 'now'): Promise<void> {
    this.#isInterrupted = true;
    return this.#coordinator.stop(mode, 'interrupted');
  }

  /** Ends the run because of a fault of ours, which need not be the worker's. The first one counts. */
  fail(message: string): void {
    if (this.#isBroken) return;
    const { plan, environment } = this.#options;
    this.#failure = concealing(plan.scenario, environment)(message);
    this.#breakOff();
  }

  /** Ends the run because a process of it is gone: its part of the load is missing from then on. */
  #lose(how: string): void {
    if (this.#isBroken) return;
    this.#lostProcess = how;
    this.#breakOff();
  }

  get #isBroken(): boolean {
    return this.#failure !== undefined || this.#lostProcess !== undefined;
  }

  #breakOff(): void {
    void this.#coordinator.stop('now', 'infrastructure');
    // The other shards may still say how they ended; the one that failed never will.
    this.#settling = setTimeout(() => this.#finished.abort(), settleMs);
  }

  /** What became of the request files; known once the run is over. */
  get exportOutcomes(): readonly RequestExportOutcome[] {
    return this.#export?.outcomes ?? this.#exported;
  }

  async run(): Promise<EndedRun> {
    const watching = this.#watch();
    try {
      return await this.#run();
    } finally {
      clearTimeout(this.#settling);
      this.#finished.abort();
      await watching;
    }
  }

  async #run(): Promise<EndedRun> {
    await using records = await this.#openExport();
    const worker = this.#worker(records);
    await using _worker = { [Symbol.asyncDispose]: () => this.#close(worker) };
    const folding = this.#fold();
    const started = this.#start(worker);
    const notes = await Promise.race([started, this.#failedBeforeStart()]);
    const result = await folding;
    const budget = await this.#budget?.state();
    return {
      ...this.#course.ended(result, notes),
      ...(budget !== undefined && { budget }),
      failure: this.#failure,
      lostProcess: this.#lostProcess,
    };
  }

  /** Resolves to the sum of the run: of all of it, or of what there is of it once the run is broken off. */
  async #fold(): Promise<RunResult> {
    const { aggregations } = this.#transport;
    const result = Promise.withResolvers<RunResult>();
    await aggregations.enqueue(this.#options.plan);
    await using _aggregations = await aggregations.work(async (lease, signal) => {
      const folding = this.#aggregator(lease).run(signal);
      result.resolve(folding);
      await folding.catch(() => {});
    });
    return await result.promise;
  }

  #aggregator(lease: AggregationLease): Aggregator {
    const { influx } = this.#options;
    return new Aggregator({
      lease,
      transport: this.#observed(),
      clock: this.#transport.clock,
      ended: this.#finished.signal,
      // No other machine can be late; each window kept is memory beside the load.
      windowsKeptMs: 15_000,
      onStatus: (status) => {
        influx?.observe(status);
        void this.#tell(status);
      },
      ...(influx !== undefined && { onWindow: (window) => influx.write(window) }),
    });
  }

  async #tell(status: RunStatus): Promise<void> {
    this.#options.onStatus(status, await this.#budget?.state());
  }

  get #budget(): Budget | undefined {
    const { runId, scenario } = this.#options.plan;
    return scenario.budget && this.#transport.budget(runId, budgetLimits(scenario.budget));
  }

  #worker(records: RequestExport | undefined): Worker | WorkerProcesses {
    const { plan, environment, processes = 1, requestFiles = [], tracePath, permissions } = this.#options;
    const transport = this.#transport;
    if (processes === 1) {
      const workerId = `local-${process.pid}`;
      return new Worker({
        transport,
        workerId,
        environment,
        ...(permissions !== undefined && { permissions }),
        ...(records !== undefined && { records }),
        ...(tracePath !== undefined && { trace: new TraceFile(tracePath).take }),
      });
    }
    return new WorkerProcesses(processes, {
      ...(tracePath !== undefined && { tracePath }),
      ...(permissions !== undefined && { permissions }),
      transport,
      plan,
      environment,
      requestFiles,
      onLost: (how) => this.#lose(how),
      onExported: (outcomes) => this.#exported.push(...outcomes),
      onExportFailure: (path, reason) => this.#options.onExportFailure?.(path, reason),
    });
  }

  /** The transport as the aggregator reads it: what it takes is shown to the observer. */
  #observed(): Pick<Transport, 'snapshots' | 'events'> {
    const { observer } = this.#options;
    if (observer === undefined) return this.#transport;
    return {
      events: (runId) => this.#transport.events(runId),
      snapshots: (runId) =>
        tapLog(this.#transport.snapshots(runId), (snapshot) => observer.snapshot(snapshot)),
    };
  }

  /** Other processes open the files themselves. */
  async #openExport(): Promise<RequestExport | undefined> {
    const { plan, processes = 1, requestFiles = [], onExportFailure } = this.#options;
    if (processes !== 1 || requestFiles.length === 0) return undefined;
    this.#export = await RequestExport.open(requestFiles, {
      runId: plan.runId,
      clock: this.#transport.clock,
      onFailure: (path, cause) => onExportFailure?.(path, cause.message),
    });
    return this.#export;
  }

  /** Resolves to what the workers have to say for the report. */
  async #start(worker: Worker | WorkerProcesses): Promise<readonly string[]> {
    // Here already: a worker process rehearses with them.
    for (const dataset of this.#options.datasets) await this.#transport.datasets.put(dataset);
    const notes = (await worker.start()) ?? [];
    await this.#coordinator.handOut(this.#options.datasets);
    await this.#coordinator.start();
    return notes;
  }

  /** After a fault nobody knows what the worker waits for; the report must not wait with it. */
  async #close(worker: Worker | WorkerProcesses): Promise<void> {
    const closing = worker[Symbol.asyncDispose]();
    if (!this.#isBroken) await closing;
    else await Promise.race([closing.catch(() => {}), sleep(settleMs)]);
  }

  async #failedBeforeStart(): Promise<never> {
    await once(this.#finished.signal, 'abort');
    const lost = this.#lostProcess;
    // Ctrl-C reaches worker processes too, which cannot ignore it before they run.
    if (lost !== undefined && this.#isInterrupted) {
      throw new TokenstormError('E_INTERNAL', 'interrupted before the run began', {
        exitCode: exitCodes.interrupted,
      });
    }
    throw new TokenstormError('E_INTERNAL', `the run failed before its start: ${lost ?? this.#failure}`, {
      ...(lost !== undefined && { exitCode: exitCodes.aborted }),
    });
  }

  async #watch(): Promise<void> {
    const events = this.#transport.events(this.#options.plan.runId);
    for await (const { value } of events.read({ signal: this.#finished.signal })) this.#hear(value);
  }

  #hear(event: RunEvent): void {
    this.#options.observer?.event(event);
    this.#options.influx?.event(event, this.#transport.clock.epochMs());
    this.#course.observe(event, this.#transport.clock.epochMs());
    if (event.type === 'worker-failed') this.fail(event.message);
  }
}
