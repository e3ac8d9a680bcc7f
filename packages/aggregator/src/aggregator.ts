import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { TokenstormError } from '@tokenstorm/core';
import type {
  AggregationLease,
  Clock,
  LogEntry,
  MetricsSnapshot,
  StopReason,
  Transport,
} from '@tokenstorm/core';
import { LeaseLost } from './lease-lost.ts';
import type { EpochName } from './run-epochs.ts';
import type { RunResult, RunStatus } from './run-result.ts';
import { decodeRunState, encodeRunState } from './run-state.ts';
import { RunSum } from './run-sum.ts';
import { RunWatch } from './run-watch.ts';
import type { MetricsWindow } from './sum-window.ts';

/** Length of the windows of report and sinks, and for how long after their end they take what comes late. */
const defaultWindowMs = 5000;
const defaultWindowsKeptMs = 60_000;
const defaultStallMs = 60_000;
/** How often the silent are looked at. */
const defaultLookMs = 1000;
const askAgainMs = 100;
/** The longest that an aggregator which is alone in its process holds the event loop. */
const aloneTurnMs = 10;

export interface AggregatorOptions {
  readonly lease: AggregationLease;
  readonly transport: Pick<Transport, 'snapshots' | 'events'>;
  readonly clock: Clock;
  /** Aborted where nothing more will come: the run ends with what there is. */
  readonly ended?: AbortSignal;
  readonly onStatus?: (status: RunStatus) => void;
  /**
   * Takes each window of 5 s once it is over, and again, with all its values, when something of it came late or another aggregator
   * had the run before. Not called while the lease does not allow it; what was due then comes later.
   */
  readonly onWindow?: (window: MetricsWindow) => Promise<void> | void;
  /** Length of the windows; default 5 s. No snapshot may be longer: a window holds whole ones. */
  readonly windowMs?: number;
  /** How long after its end a window takes what comes late; default 60 s of the run. What is later counts to the oldest one kept. */
  readonly windowsKeptMs?: number;
  /** After so long a silence past the run's end, or of all shards of a region, the run ends without what is missing; default 60 s. */
  readonly stallMs?: number;
  /** Nobody else in this process needs the event loop in time: it is held for up to 10 ms at a time. Default: false. */
  readonly isAlone?: boolean;
  /** How often epochs without a sign of life are looked at; default 1 s. */
  readonly lookMs?: number;
  /** Told what the transport refused (`E_REDIS`), as for want of memory; it is asked again, and the run goes on. */
  readonly onRefusal?: (problem: string) => void;
}

interface EpochEnd {
  readonly name: EpochName;
  /** Of its last snapshot that was stored; undefined while it goes on. */
  readonly sequence: number | undefined;
}

/**
 * Folds the snapshots of a run into its sum: each exactly once, in whatever order the shards send them, going on from where the
 * aggregator before it stood. Where it shares an event loop with a worker, it lets the loop turn between its steps, so that none
 * of them holds a time stamp up.
 */
export class Aggregator {
  readonly #options: AggregatorOptions;
  readonly #sum: RunSum;
  readonly #watch: RunWatch;
  readonly #over = new AbortController();
  /** Folds and looks, one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #upToId: string | undefined;
  #stopAsked = false;
  #failure: { readonly cause: unknown } | undefined;

  /** Throws `E_INTERNAL` where the lease's checkpoint is of another version. */
  constructor(options: AggregatorOptions) {
    const { lease, clock, stallMs = defaultStallMs } = options;
    const { windowMs = defaultWindowMs, windowsKeptMs = defaultWindowsKeptMs, isAlone = false } = options;
    const turn = isAlone ? seldom(clock) : nextTurn;
    this.#options = options;
    this.#watch = new RunWatch({ plan: lease.plan, clock, stallMs });
    this.#sum = new RunSum(lease.plan, { windowMs, windowsKeptMs, turn });
    if (lease.checkpoint === undefined) return;
    this.#sum.restore(decodeRunState(lease.checkpoint.state));
    this.#upToId = lease.checkpoint.upToId;
    this.#stopAsked = this.#stopReason !== undefined;
  }

  /**
   * Resolves when every shard is done, or, with what has come by then, when `ended` aborts or nothing more can be waited for: then
   * requests without an outcome are lost. Rejects with `LeaseLost` once the lease is gone or the signal aborts.
   */
  async run(signal: AbortSignal): Promise<RunResult> {
    const { ended } = this.#options;
    const until = AbortSignal.any([signal, this.#over.signal, ...(ended === undefined ? [] : [ended])]);
    void this.#beside(this.#listen(until));
    void this.#beside(this.#look(until));
    try {
      return await Promise.race([this.#result(until, signal), this.#gone(signal)]);
    } finally {
      this.#over.abort();
    }
  }

  /** The sum so far, for a checkpoint. */
  state(): Uint8Array {
    return encodeRunState(this.#sum.state());
  }

  async #result(until: AbortSignal, signal: AbortSignal): Promise<RunResult> {
    await this.#foldAll(until);
    if (this.#failure !== undefined) throw this.#failure.cause;
    return await this.#exclusively(() => this.#end(signal));
  }

  /** Whoever waits for what is gone may wait for ever. */
  async #gone(signal: AbortSignal): Promise<never> {
    const gone = Promise.withResolvers<never>();
    const lose = () => gone.reject(new LeaseLost());
    if (signal.aborted) lose();
    signal.addEventListener('abort', lose, { signal: this.#over.signal });
    return await gone.promise;
  }

  async #foldAll(until: AbortSignal): Promise<void> {
    const { lease, transport } = this.#options;
    const afterId = this.#upToId;
    const snapshots = transport.snapshots(lease.plan.runId);
    const reading = { signal: until, ...(afterId !== undefined && { afterId }) };
    if (this.#sum.epochs.areDone) return;
    for await (const entry of snapshots.read(reading)) {
      await this.#exclusively(() => this.#fold(entry));
      if (this.#sum.epochs.areDone) this.#over.abort();
    }
  }

  async #fold({ id, value }: LogEntry<MetricsSnapshot>): Promise<void> {
    this.#watch.heard(value.shard, value.region);
    await this.#tell(await this.#sum.add(value));
    this.#upToId = id;
    if (!(await this.#advance(id))) throw new LeaseLost();
  }

  /** A sum that is refused is in the next one. */
  async #advance(upToId: string): Promise<boolean> {
    const advanced = this.#options.lease.advance(upToId, () => this.state());
    return (await this.#unlessRefused(advanced)) ?? true;
  }

  async #unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (cause) {
      if (!(cause instanceof TokenstormError) || cause.code !== 'E_REDIS') throw cause;
      this.#options.onRefusal?.(cause.message);
      return undefined;
    }
  }

  async #listen(until: AbortSignal): Promise<void> {
    const { lease, transport } = this.#options;
    const events = transport.events(lease.plan.runId);
    for await (const { value } of events.read({ signal: until })) this.#watch.event(value);
  }

  async #look(until: AbortSignal): Promise<void> {
    const { lease, lookMs = defaultLookMs } = this.#options;
    while (await isAfter(lookMs, until)) {
      this.#watch.look(lease.mayStillWrite());
      const ends = lease.mayStillWrite() ? await this.#askForEnds() : [];
      await this.#exclusively(() => this.#endEpochs(ends, until));
    }
  }

  async #askForEnds(): Promise<EpochEnd[]> {
    const names = this.#watch.toAsk(this.#sum.epochs);
    return await Promise.all(
      names.map(async (name) => ({
        name,
        sequence: await this.#unlessRefused(this.#options.lease.endEpoch(name.shard, name.epoch)),
      })),
    );
  }

  async #endEpochs(ends: readonly EpochEnd[], until: AbortSignal): Promise<void> {
    if (until.aborted) return;
    for (const { name, sequence } of ends) {
      if (sequence !== undefined) await this.#tell(await this.#sum.endEpoch(name, sequence));
    }
    this.#watch.look(this.#options.lease.mayStillWrite());
    if (this.#watch.isOver(this.#sum.epochs)) this.#over.abort();
  }

  /** `moved`: another part of the run is known. */
  async #tell(moved: boolean): Promise<void> {
    await this.#stopWhereAsked();
    if (!moved) return;
    await this.#giveWindows();
    this.#options.onStatus?.(this.#sum.status());
  }

  get #stopReason(): StopReason | undefined {
    if (this.#sum.lostWorker !== undefined) return 'infrastructure';
    return this.#sum.asksForAbort ? 'threshold' : undefined;
  }

  async #stopWhereAsked(): Promise<void> {
    const reason = this.#stopReason;
    if (reason === undefined || this.#stopAsked) return;
    const { transport, lease, clock } = this.#options;
    const stop = { type: 'run-stop', mode: 'now', reason, atEpochMs: clock.epochMs() } as const;
    const appended = transport.events(lease.plan.runId).append(stop);
    this.#stopAsked = (await this.#unlessRefused(appended.then(() => true))) ?? false;
  }

  async #giveWindows(): Promise<void> {
    const { onWindow, lease } = this.#options;
    const mayGive = () => onWindow === undefined || lease.mayStillWrite();
    while (mayGive()) {
      const window = this.#sum.takeChangedWindow();
      if (window === undefined) return;
      await onWindow?.(window);
    }
  }

  async #end(signal: AbortSignal): Promise<RunResult> {
    await this.#confirmLease(signal);
    const result = await this.#sum.end();
    await this.#giveWindows();
    return result;
  }

  /** What follows a run's end must be done by one aggregator only. */
  async #confirmLease(signal: AbortSignal): Promise<void> {
    const { lease } = this.#options;
    const id = this.#upToId;
    while (!lease.mayStillWrite()) {
      if (id !== undefined && !(await this.#advance(id))) throw new LeaseLost();
      if (!(await isAfter(askAgainMs, signal))) throw new LeaseLost();
    }
    if (signal.aborted) throw new LeaseLost();
  }

  async #beside(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (cause) {
      this.#failure ??= { cause };
      this.#over.abort();
    }
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return await result;
  }
}

/** True once so many ms have passed; false where the signal aborts before. */
async function isAfter(delayMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(delayMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** A turn of the event loop where the last one is a while ago. */
function seldom(clock: Clock): () => Promise<void> | undefined {
  let turnedAtMs = clock.nowMs();
  return () => {
    if (clock.nowMs() - turnedAtMs < aloneTurnMs) return undefined;
    return nextTurn().then(() => void (turnedAtMs = clock.nowMs()));
  };
}
