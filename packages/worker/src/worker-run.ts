import { setTimeout as sleep } from 'node:timers/promises';
import { TokenstormError } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, ShardLease } from '@tokenstorm/core';
import { Engine } from './engine.ts';
import { concealing } from './request/conceal.ts';
import { RunControl } from './run-control.ts';
import { ShardControl } from './shard-control.ts';
import { runShard } from './shard-runner.ts';
import type { WorkerClosing } from './worker-closing.ts';
import { workerFailure } from './worker-failure.ts';
import type { WorkerOptions } from './worker.ts';
import { noRequests } from './worker-status.ts';
import type { WorkerRunStatus } from './worker-status.ts';

export interface WorkerRunParts {
  readonly plan: RunPlan;
  readonly options: WorkerOptions;
  readonly closing: WorkerClosing;
  /** Whether this is the only run that is measured in this process. */
  readonly isAlone: () => boolean;
  /** True once: where the run has not been told of a fault of this worker yet. All of its shards mostly fail for one reason. */
  readonly isFirstFault: () => boolean;
}

/**
 * Where a run that this worker is not fit for has started already, so long it may take to hear of it, from a Redis that is far away and on a busy
 * machine too: who does not hear of it in time ends the run.
 */
const hearOfStartMs = 2000;

/** One run in a worker, from the first of its shards here to the last: what it hears of it, its connections, timers, caps. */
export class WorkerRun implements AsyncDisposable {
  readonly #parts: WorkerRunParts;
  readonly #control: RunControl;
  readonly #leases = new Set<ShardLease>();
  /** Those whose part of the run's caps is this process's; of shards that are done too. */
  readonly #shares = new Set<ShardLease>();
  readonly #ended = new AbortController();
  readonly #listening: Promise<void>;
  #engine: Engine | undefined;

  constructor(parts: WorkerRunParts) {
    this.#parts = parts;
    this.#control = new RunControl(parts.options.transport.clock);
    this.#listening = this.#listen();
  }

  /** Nothing of it is left here. */
  get isEmpty(): boolean {
    return this.#leases.size === 0;
  }

  get status(): WorkerRunStatus {
    const { runId, scenario } = this.#parts.plan;
    const held = [...this.#leases].filter((lease) => this.#shares.has(lease)).length;
    return {
      runId,
      name: scenario.name,
      shards: held,
      tails: this.#leases.size - held,
      inFlight: this.#engine?.inFlightCount ?? 0,
      requests: { ...(this.#engine?.counts ?? noRequests()) },
    };
  }

  /**
   * Gets ready what shards of the region will need. Where that cannot be had, and the run has started, it is told that this worker
   * stays out of it; resolves to why. Rejects where it has not started: it will not, with this worker.
   */
  async prepare(region: string): Promise<string | undefined> {
    try {
      await this.#getReady(region);
      return undefined;
    } catch (cause) {
      if (isGone(cause) || !(await this.#hasStarted())) throw cause;
      return await this.#stayOut(cause);
    }
  }

  async #getReady(region: string): Promise<void> {
    const engine = this.#engineOfRun();
    await engine.prepare(region);
    for (const workload of engine.plan.scenario.workloads) {
      engine.headers(workload);
      for (const target of workload.targets)
        engine.clients.client(target, region, workload.timeouts.connectMs);
    }
    await engine.clients.loaded();
  }

  async #hasStarted(): Promise<boolean> {
    await Promise.race([this.#control.started, sleep(hearOfStartMs)]);
    return this.#control.startMs !== undefined;
  }

  async #stayOut(cause: unknown): Promise<string> {
    const { plan, options } = this.#parts;
    const { workerId, transport, environment } = options;
    const { message } = withoutSecrets(cause, concealing(plan.scenario, environment));
    await transport.events(plan.runId).append({
      type: 'worker-doubt',
      workerId,
      message: `worker ${workerId} came while the run was under way, and stays out of it: ${message}`,
    });
    return message;
  }

  /** Runs a shard. A fault of it ends the run, but loses nothing that was committed: the run is told of it, then this rejects. */
  async work(lease: ShardLease, signal: AbortSignal): Promise<void> {
    this.#leases.add(lease);
    try {
      await this.#work(lease, signal);
    } catch (cause) {
      throw await this.#told(cause);
    } finally {
      this.#leases.delete(lease);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#listening;
    await this.#engine?.[Symbol.asyncDispose]();
  }

  async #work(lease: ShardLease, signal: AbortSignal): Promise<void> {
    const { options, closing, plan } = this.#parts;
    const engine = this.#engineOfRun();
    const control = new ShardControl(this.#control, lease, signal, () => engine.clock.nowMs());
    this.#hold(lease, engine);
    const running = runShard({
      lease,
      engine,
      control,
      closing,
      records: options.records,
      onLetGo: () => this.#letGo(lease, engine),
      onUncommitted: (snapshots: readonly MetricsSnapshot[]) => options.onUncommitted?.(plan, snapshots),
    });
    await running.finally(() => control.close());
  }

  /** With a shard comes its part of the run's caps. It stays when the shard is done: nobody else has a use for it. */
  #hold(lease: ShardLease, engine: Engine): void {
    this.#shares.add(lease);
    this.#share(engine);
  }

  #letGo(lease: ShardLease, engine: Engine): void {
    if (this.#shares.delete(lease)) this.#share(engine);
  }

  #share(engine: Engine): void {
    engine.setShare([...this.#shares].map(({ shard }) => shard));
  }

  #engineOfRun(): Engine {
    if (this.#engine !== undefined) return this.#engine;
    const { plan, options, isAlone } = this.#parts;
    const { transport, workerId, environment, permissions, trace } = options;
    const engine = new Engine({
      plan,
      transport,
      workerId,
      environment,
      isAlone,
      ...(permissions && { permissions }),
      ...(trace && { trace }),
    });
    // Before any shard hears of the stop: a request that one of them cancels must not make room for one of another's.
    this.#control.onStop((mode) => {
      if (mode === 'now') engine.admissions.close();
    });
    this.#control.onBudgetUsedUp(() => engine.admissions.closeBudget());
    this.#engine = engine;
    return engine;
  }

  async #listen(): Promise<void> {
    const { plan, options } = this.#parts;
    const events = options.transport.events(plan.runId);
    try {
      for await (const { value } of events.read({ signal: this.#ended.signal })) this.#control.observe(value);
    } catch (cause) {
      this.#control.fail(cause);
    }
  }

  /** Tells the run of a fault, as far as anybody can be told, and gives it without secrets. */
  async #told(cause: unknown): Promise<TokenstormError> {
    const { plan, options, closing, isFirstFault } = this.#parts;
    const { workerId, transport, environment } = options;
    const conceal = concealing(plan.scenario, environment);
    if (!isGone(cause) && isFirstFault()) {
      const givenUp = Promise.withResolvers<void>();
      const forget = closing.onCommitsOver(givenUp.resolve);
      const telling = transport.events(plan.runId).append(workerFailure(workerId, cause, conceal));
      await Promise.race([telling.catch(() => {}), givenUp.promise]);
      forget();
    }
    return withoutSecrets(cause, conceal);
  }
}

/** Nobody can be told of it. */
function isGone(cause: unknown): boolean {
  return cause instanceof TokenstormError && cause.code === 'E_REDIS';
}

function withoutSecrets(cause: unknown, conceal: (text: string) => string): TokenstormError {
  const message = conceal(cause instanceof Error ? cause.message : String(cause));
  if (!(cause instanceof TokenstormError)) return new TokenstormError('E_INTERNAL', message);
  const { code, exitCode, hint } = cause;
  return new TokenstormError(code, message, { exitCode, ...(hint !== undefined && { hint: conceal(hint) }) });
}
