import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult, RunStatus } from '@tokenstorm/aggregator';
import { Coordinator } from '@tokenstorm/coordinator';
import { exitCodes, TokenstormError } from '@tokenstorm/core';
import type { Dataset, MetricsSnapshot, RunEvent, RunPlan, StopReason, Transport } from '@tokenstorm/core';
import { memoryTransport } from '@tokenstorm/transport';
import { concealing, Worker } from '@tokenstorm/worker';
import { RequestExport } from './request-export.ts';
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
  readonly onStatus: (status: RunStatus) => void;
  /** How many processes send. 1 (the default) is this one; of more, this one is none. */
  readonly processes?: number;
  /** Is shown the run as it goes. */
  readonly observer?: RunObserver;
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

/** How an embedded run ended. */
export interface EmbeddedResult {
  readonly result: RunResult;
  readonly startedAtEpochMs: number;
  readonly stopReason: StopReason | undefined;
  /** When the first stop was asked for, ms from the run's start; below 0 before it. */
  readonly stoppedAtMs: number | undefined;
  /** A fault of ours that cut the run short; what was measured until then is in the result. */
  readonly failure: string | undefined;
  /** How a process ended that should not have: what it had not told of by then is lost. */
  readonly lostProcess: string | undefined;
  /** What the workers have to say for the report. */
  readonly notes: readonly string[];
}

/** A whole run on this machine: coordinator and aggregator over a transport in memory, worker here or in processes of its own. */
export class EmbeddedRun {
  readonly #options: EmbeddedRunOptions;
  readonly #transport: Transport = memoryTransport();
  readonly #coordinator: Coordinator;
  readonly #finished = new AbortController();
  #stop: { readonly reason: StopReason; readonly atEpochMs: number } | undefined;
  #failure: string | undefined;
  #lostProcess: string | undefined;
  /** Somebody asked for a stop, whatever else had ended the run by then. */
  #isInterrupted = false;
  #settling: NodeJS.Timeout | undefined;
  #export: RequestExport | undefined;
  readonly #exported: RequestExportOutcome[] = [];

  constructor(options: EmbeddedRunOptions) {
    this.#options = options;
    this.#coordinator = new Coordinator(this.#transport, options.plan, options.datasets);
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

  async run(): Promise<EmbeddedResult> {
    const watching = this.#watch();
    try {
      return await this.#run();
    } finally {
      clearTimeout(this.#settling);
      this.#finished.abort();
      await watching;
    }
  }

  async #run(): Promise<EmbeddedResult> {
    const { plan, onStatus } = this.#options;
    const aggregator = new Aggregator({ transport: this.#observed(), plan, onStatus });
    await using records = await this.#openExport();
    const worker = this.#worker(records);
    await using _worker = { [Symbol.asyncDispose]: () => this.#close(worker) };
    const folding = aggregator.run(this.#finished.signal);
    const started = this.#start(worker);
    const { startedAtEpochMs, notes } = await Promise.race([started, this.#failedBeforeStart()]);
    const result = await folding;
    return {
      result,
      startedAtEpochMs,
      stopReason: this.#stop?.reason,
      stoppedAtMs: this.#stop && this.#stop.atEpochMs - startedAtEpochMs,
      failure: this.#failure,
      lostProcess: this.#lostProcess,
      notes,
    };
  }

  #worker(records: RequestExport | undefined): Worker | WorkerProcesses {
    const { plan, environment, processes = 1, requestFiles = [], tracePath } = this.#options;
    const transport = this.#transport;
    if (processes === 1) {
      const workerId = `local-${process.pid}`;
      return new Worker({
        transport,
        workerId,
        environment,
        ...(records !== undefined && { records }),
        ...(tracePath !== undefined && { trace: new TraceFile(tracePath).take }),
      });
    }
    return new WorkerProcesses(processes, {
      ...(tracePath !== undefined && { tracePath }),
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
    const { snapshots, events } = this.#transport;
    if (observer === undefined) return this.#transport;
    return { events, snapshots: tapLog(snapshots, (snapshot) => observer.snapshot(snapshot)) };
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

  async #start(worker: Worker | WorkerProcesses) {
    // Here already: a worker process rehearses with them.
    for (const dataset of this.#options.datasets) await this.#transport.datasets.put(dataset);
    const notes = (await worker.start()) ?? [];
    return { notes, startedAtEpochMs: await this.#coordinator.start() };
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
    for await (const { value } of this.#transport.events.read({ signal: this.#finished.signal }))
      this.#hear(value);
  }

  #hear(event: RunEvent): void {
    this.#options.observer?.event(event);
    if (event.type === 'run-stop') {
      this.#stop ??= { reason: event.reason, atEpochMs: this.#transport.clock.epochMs() };
    }
    if (event.type === 'worker-failed') this.fail(event.message);
  }
}
