import { Aggregator } from '@tokenstorm/aggregator';
import type { RunResult, RunStatus } from '@tokenstorm/aggregator';
import { Coordinator } from '@tokenstorm/coordinator';
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
  /** A fault of the worker that cut the run short; what was measured until then is in the result. */
  readonly failure: string | undefined;
}

/** A whole run in this process: coordinator, worker and aggregator over a transport in memory. */
export class EmbeddedRun {
  readonly #options: EmbeddedRunOptions;
  readonly #transport: Transport = memoryTransport();
  readonly #coordinator: Coordinator;
  readonly #finished = new AbortController();
  #stopReason: StopReason | undefined;
  #failure: string | undefined;

  constructor(options: EmbeddedRunOptions) {
    this.#options = options;
    this.#coordinator = new Coordinator(this.#transport, options.plan, options.datasets);
  }

  stop(mode: 'drain' | 'now'): Promise<void> {
    return this.#coordinator.stop(mode, 'interrupted');
  }

  async run(): Promise<EmbeddedResult> {
    const { plan, environment, onStatus } = this.#options;
    const aggregator = new Aggregator({ transport: this.#transport, plan, onStatus });
    const watching = this.#watch();
    await using worker = new Worker({
      transport: this.#transport,
      workerId: `local-${process.pid}`,
      environment,
    });
    const folding = aggregator.run(this.#finished.signal);
    await worker.start();
    const startedAtEpochMs = await this.#coordinator.start();
    const result = await folding;
    this.#finished.abort();
    await watching;
    return { result, startedAtEpochMs, stopReason: this.#stopReason, failure: this.#failure };
  }

  async #watch(): Promise<void> {
    for await (const { value } of this.#transport.events.read({ signal: this.#finished.signal }))
      this.#hear(value);
  }

  #hear(event: RunEvent): void {
    if (event.type === 'run-stop') this.#stopReason ??= event.reason;
    if (event.type === 'worker-failed' && this.#failure === undefined) this.#endAfterFailure(event.message);
  }

  /** The other shards may still say how they ended; the one that failed never will. */
  #endAfterFailure(message: string): void {
    this.#failure = message;
    void this.#coordinator.stop('now', 'infrastructure');
    setTimeout(() => this.#finished.abort(), settleMs);
  }
}
