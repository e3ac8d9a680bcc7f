import { once } from 'node:events';
import type { Environment, RunPlan, ShardLease, Transport } from '@tokenstorm/core';
import { Engine } from './engine.ts';
import { RunControl } from './run-control.ts';
import { ShardControl } from './shard-control.ts';
import { runShard } from './shard-runner.ts';

export interface WorkerOptions {
  readonly transport: Transport;
  readonly workerId: string;
  /** Where `${NAME}` in base URLs, headers and keys is looked up. */
  readonly environment: Environment;
}

/** Takes shards from the transport and runs them, as many as it is given, until it is disposed. */
export class Worker implements AsyncDisposable {
  readonly #options: WorkerOptions;
  readonly #engines = new Map<string, Engine>();
  readonly #control: RunControl;
  readonly #closing = new AbortController();
  #shards: AsyncDisposable | undefined;
  #listening: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#control = new RunControl(options.transport.clock);
  }

  async start(): Promise<void> {
    this.#listening = this.#listen();
    this.#shards = await this.#options.transport.shards.work((lease, signal) => this.#run(lease, signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#shards?.[Symbol.asyncDispose]();
    await this.#listening;
    for (const engine of this.#engines.values()) await engine[Symbol.asyncDispose]();
  }

  async #listen(): Promise<void> {
    const { events } = this.#options.transport;
    for await (const { value } of events.read({ signal: this.#closing.signal })) this.#control.observe(value);
  }

  /** A fault of ours in a shard ends the run, but loses nothing that was committed. */
  async #run(lease: ShardLease, signal: AbortSignal): Promise<void> {
    try {
      const control = new ShardControl(this.#control, signal);
      await runShard(lease, this.#engine(lease.shard.plan), control);
    } catch (cause) {
      const { workerId, transport } = this.#options;
      const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      await transport.events.append({ type: 'worker-failed', workerId, message });
      await this.#closed();
    }
  }

  /** A shard that failed here would fail here again: its lease is kept until the end. */
  async #closed(): Promise<void> {
    const { signal } = this.#closing;
    if (!signal.aborted) await once(signal, 'abort');
  }

  #engine(plan: RunPlan): Engine {
    const known = this.#engines.get(plan.runId);
    if (known !== undefined) return known;
    const { transport, workerId, environment } = this.#options;
    const engine = new Engine(plan, transport, workerId, environment);
    this.#engines.set(plan.runId, engine);
    // Before any shard hears of the stop: a request that one of them cancels must not make room for one of another's.
    this.#control.onStop((mode) => {
      if (mode === 'now') engine.gate.close();
    });
    return engine;
  }
}
