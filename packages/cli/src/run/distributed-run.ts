import { Coordinator } from '@tokenstorm/coordinator';
import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { AuditEntry, Dataset, StopReason } from '@tokenstorm/core';
import type { RunRecord } from '@tokenstorm/transport';
import { notStarted } from '../audit/not-started.ts';
import { pause, waitForFleet } from './ready-fleet.ts';
import type { FleetWait } from './ready-fleet.ts';
import type { RedisLink } from './redis-link.ts';
import { RunPresence, dataLoss } from './run-presence.ts';

/** How far ahead the start is set, so that every region has heard of it when it comes. */
const startLeadMs = 1500;
/** How long workers have to hear that a run will not start before its traces are removed. */
const discardMs = 500;
/** How long workers that came one after the other have to share out what was handed out before all of them were there. */
const shareOutMs = 2000;
const lookEveryMs = 1000;

export interface DistributedRunOptions {
  readonly link: RedisLink;
  readonly record: RunRecord;
  /** The run's first line in the audit log; absent where it is made known already. */
  readonly audit?: AuditEntry;
  /** What finds the same Redis: see `redisWords`. */
  readonly redisWords: string;
  /** Told, each time a shard is ready to start, how many of all are. */
  readonly onWarmedUp: (shards: number, of: number) => void;
  /** Told what workers doubt before the start. */
  readonly onDoubt: (doubt: string) => void;
}

/** A run over Redis as whoever leads it sees it: made known, handed out, started, stopped, or taken back before it started. */
export class DistributedRun {
  readonly #options: DistributedRunOptions;
  readonly #link: RedisLink;
  readonly #coordinator: Coordinator;
  readonly #left = new AbortController();
  #isStarted = false;

  constructor(options: DistributedRunOptions) {
    const { link, record, onWarmedUp, onDoubt } = options;
    const leading = { startLeadMs, onWarmedUp, onDoubt, failureExitCode: exitCodes.aborted };
    this.#options = options;
    this.#link = link;
    this.#coordinator = new Coordinator(link.transport, record.plan, leading);
  }

  get runId(): string {
    return this.#options.record.plan.runId;
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Makes the run known: from now on anybody can lead it. Rejects after `leave`, at once: a data set may be large. */
  async make(datasets: readonly Dataset[]): Promise<void> {
    const { datasets: store, runs } = this.#link.transport;
    for (const dataset of datasets) await this.#unlessLeft(store.put(dataset));
    await this.#unlessLeft(runs.create(this.#options.record, this.#options.audit));
  }

  /**
   * Waits until there is whoever the run needs, hands its shards out, and starts it once all of them are warm; repeatable, by
   * several at once. Where a region lacks workers its shards are handed out before: what starts workers on demand sees them wait. Rejects with `E_FLEET` where nobody comes in time, where a worker fails before the start, where the run is
   * taken back meanwhile, and after `leave`.
   */
  async lead(wait: Pick<FleetWait, 'timeoutMs' | 'onMissing'>): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.#left.signal, over.signal]);
    try {
      await this.#link.ask(
        Promise.race([
          this.#start({ ...wait, signal, clock: this.#link.transport.clock }),
          this.#takenBack(signal),
        ]),
      );
      this.#isStarted = true;
    } finally {
      over.abort();
    }
  }

  /** The workers stop; before the start, `lead` rejects with exit code 130. */
  async stop(mode: 'drain' | 'now'): Promise<void> {
    if (this.#isStarted) await this.#link.ask(this.#coordinator.stop(mode, 'interrupted'));
    else this.leave();
  }

  /** Lets `lead` reject, where it still waits, with exit code 130. The run itself is not touched. */
  leave(): void {
    const exitCode = exitCodes.interrupted;
    this.#left.abort(new TokenstormError('E_FLEET', 'interrupted before the run began', { exitCode }));
  }

  /** True after `leave`. */
  get isLeft(): boolean {
    return this.#left.signal.aborted;
  }

  /** Takes back a run that has not started: nothing of it stays in Redis. */
  async discard(reason: StopReason): Promise<void> {
    await this.#link.ask(this.#coordinator.stop('now', reason));
    await pause(discardMs, new AbortController().signal);
    const { runs, clock } = this.#link.transport;
    await this.#link.ask(runs.remove(this.runId, notStarted(this.#options.record.plan, clock.epochMs())));
  }

  async #start(wait: FleetWait): Promise<void> {
    const { record, redisWords } = this.#options;
    const { fleet, aggregations } = this.#link.transport;
    const regions = record.plan.scenario.regions.map(({ name }) => name);
    const { minWorkers = 1 } = record;
    const lacking = new Set<string>();
    const onLacking = async (region: string) => {
      await this.#coordinator.handOut([], region);
      lacking.add(region);
    };
    await waitForFleet(fleet, { regions, minWorkers, redisWords }, { ...wait, onLacking });
    if (lacking.size > 0 && minWorkers > 1) await pause(shareOutMs, wait.signal);
    wait.signal.throwIfAborted();
    await this.#coordinator.handOut([]);
    await aggregations.enqueue(record.plan);
    await this.#coordinator.start(wait.signal);
  }

  async #unlessLeft<T>(call: Promise<T>): Promise<T> {
    const { signal } = this.#left;
    const left = Promise.withResolvers<never>();
    const onLeft = () => left.reject(signal.reason);
    if (signal.aborted) onLeft();
    signal.addEventListener('abort', onLeft);
    try {
      return await this.#link.ask(Promise.race([call, left.promise]));
    } finally {
      signal.removeEventListener('abort', onLeft);
    }
  }

  /** Rejects when the run is known no more. */
  async #takenBack(signal: AbortSignal): Promise<never> {
    const { transport } = this.#link;
    const presence = new RunPresence(transport, this.runId);
    while (!signal.aborted) {
      await pause(lookEveryMs, signal);
      if ((await presence.look()) || (await transport.runs.report(this.runId)) !== undefined) continue;
      throw presence.hasDataLoss ? dataLoss(this.runId) : takenBack(this.runId);
    }
    throw signal.reason;
  }
}

function takenBack(runId: string): TokenstormError {
  return new TokenstormError('E_FLEET', `run ${runId} was taken back before its start`, {
    exitCode: exitCodes.interrupted,
    hint: 'tokenstorm stop does that, and whoever leads a run that cannot start.',
  });
}
