import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult, RunStatus } from '@tokenstorm/aggregator';
import { Coordinator } from '@tokenstorm/coordinator';
import { TokenstormError } from '@tokenstorm/core';
import type { Dataset, RunEvent, RunPlan, StopReason, Transport } from '@tokenstorm/core';
import { memoryTransport } from '@tokenstorm/transport';
import { Worker } from '@tokenstorm/worker';

/** How long the other shards have to send their last snapshots after one failed. */
const settleMs = 1000;

export interface EmbeddedRunOptions {
  readonly plan: RunPlan;
  readonly datasets: readonly Dataset[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onStatus: (status: RunStatus) => void;
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
}

/** A whole run in this process: coordinator, worker and aggregator over a transport in memory. */
export class EmbeddedRun {
  readonly #options: EmbeddedRunOptions;
  readonly #transport: Transport = memoryTransport();
  readonly #coordinator: Coordinator;
  readonly #finished = new AbortController();
  #stop: { readonly reason: StopReason; readonly atEpochMs: number } | undefined;
  #failure: string | undefined;
  #settling: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedRunOptions) {
    this.#options = options;
    this.#coordinator = new Coordinator(this.#transport, options.plan, options.datasets);
  }

  stop(mode: 'drain' | 'now'): Promise<void> {
    return this.#coordinator.stop(mode, 'interrupted');
  }

  /** Ends the run because of a fault of ours, which need not be the worker's. The first one counts. */
  fail(message: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = message;
    void this.#coordinator.stop('now', 'infrastructure');
    // The other shards may still say how they ended; the one that failed never will.
    this.#settling = setTimeout(() => this.#finished.abort(), settleMs);
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
    const { plan, environment, onStatus } = this.#options;
    const aggregator = new Aggregator({ transport: this.#transport, plan, onStatus });
    const worker = new Worker({ transport: this.#transport, workerId: `local-${process.pid}`, environment });
    await using _worker = { [Symbol.asyncDispose]: () => this.#close(worker) };
    const folding = aggregator.run(this.#finished.signal);
    await worker.start();
    const startedAtEpochMs = await Promise.race([this.#coordinator.start(), this.#failedBeforeStart()]);
    const result = await folding;
    return {
      result,
      startedAtEpochMs,
      stopReason: this.#stop?.reason,
      stoppedAtMs: this.#stop && this.#stop.atEpochMs - startedAtEpochMs,
      failure: this.#failure,
    };
  }

  /** After a fault nobody knows what the worker waits for; the report must not wait with it. */
  async #close(worker: Worker): Promise<void> {
    const closing = worker[Symbol.asyncDispose]();
    if (this.#failure === undefined) await closing;
    else await Promise.race([closing.catch(() => {}), sleep(settleMs)]);
  }

  async #failedBeforeStart(): Promise<never> {
    await once(this.#finished.signal, 'abort');
    throw new TokenstormError('E_INTERNAL', `the run failed before its start: ${this.#failure}`);
  }

  async #watch(): Promise<void> {
    for await (const { value } of this.#transport.events.read({ signal: this.#finished.signal }))
      this.#hear(value);
  }

  #hear(event: RunEvent): void {
    if (event.type === 'run-stop') {
      this.#stop ??= { reason: event.reason, atEpochMs: this.#transport.clock.epochMs() };
    }
    if (event.type === 'worker-failed') this.fail(event.message);
  }
}
