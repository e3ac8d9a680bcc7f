import { once } from 'node:events';
import type { Environment, RunPlan, Shard, ShardLease, Transport } from '@tokenstorm/core';
import { Engine } from './engine.ts';
import type { RecordSink } from './export/record-sink.ts';
import { concealing } from './request/conceal.ts';
import { RunControl } from './run-control.ts';
import { ShardControl } from './shard-control.ts';
import { runShard } from './shard-runner.ts';
import type { TraceConsumer } from './trace/traced-client.ts';

export interface WorkerOptions {
  readonly transport: Transport;
  readonly workerId: string;
  /** Where `${NAME}` in base URLs, headers and keys is looked up. */
  readonly environment: Environment;
  /** Is given every request that ends. Who made it closes it, after the worker. */
  readonly records?: RecordSink;
  /** Is given what went over the wire for the first request that this process sends. */
  readonly trace?: TraceConsumer;
}

/** Takes shards from the transport and runs them, as many as it is given, until it is disposed. */
export class Worker implements AsyncDisposable {
  readonly #options: WorkerOptions;
  readonly #engines = new Map<string, Engine>();
  readonly #held = new Set<Shard>();
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
      const engine = this.#engine(lease.shard.plan);
      this.#hold(lease.shard, engine);
      await runShard(lease, engine, control, this.#options.records);
      if (control.isTakenAway) this.#letGo(lease.shard, engine);
    } catch (cause) {
      const { workerId, transport, environment } = this.#options;
      const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      const message = concealing(lease.shard.plan.scenario, environment)(text);
      await transport.events.append({ type: 'worker-failed', workerId, message });
      await this.#closed();
    }
  }

  /** With a shard comes its part of the run's caps. It stays when the shard is done: nobody else has a use for it. */
  #hold(shard: Shard, engine: Engine): void {
    this.#held.add(shard);
    this.#share(engine);
  }

  #letGo(shard: Shard, engine: Engine): void {
    this.#held.delete(shard);
    this.#share(engine);
  }

  #share(engine: Engine): void {
    engine.setShare([...this.#held].filter(({ plan }) => plan.runId === engine.plan.runId));
  }

  /** A shard that failed here would fail here again: its lease is kept until the end. */
  async #closed(): Promise<void> {
    const { signal } = this.#closing;
    if (!signal.aborted) await once(signal, 'abort');
  }

  #engine(plan: RunPlan): Engine {
    const known = this.#engines.get(plan.runId);
    if (known !== undefined) return known;
    const { transport, workerId, environment, trace } = this.#options;
    const engine = new Engine({ plan, transport, workerId, environment, ...(trace && { trace }) });
    this.#engines.set(plan.runId, engine);
    // Before any shard hears of the stop: a request that one of them cancels must not make room for one of another's.
    this.#control.onStop((mode) => {
      if (mode === 'now') engine.admissions.close();
    });
    return engine;
  }
}
