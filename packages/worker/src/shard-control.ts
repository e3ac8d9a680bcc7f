import type { LeaseEnd, ShardLease } from '@tokenstorm/core';
import type { RunControl, StopMode } from './run-control.ts';

/** A worker that was heard of no longer ago may still send what waited when it gave a shard back. */
const inTouchMs = 3000;

/**
 * The course of the run as the holder of one shard sees it: whether anything may be sent for the shard, how the shard was
 * taken away, and how the run is to end.
 */
export class ShardControl {
  /** Of this process's monotonic clock. */
  readonly nowMs: () => number;
  readonly #control: RunControl;
  readonly #lease: ShardLease;
  readonly #takenListeners = new Set<() => void>();
  readonly #taken = Promise.withResolvers<LeaseEnd>();
  readonly #forgetSignal: () => void;
  #end: LeaseEnd | undefined;
  #lastConfirmedMs = -Infinity;

  /** `signal` aborts, with a `LeaseEnd`, when the lease is lost or must be given back. */
  constructor(control: RunControl, lease: ShardLease, signal: AbortSignal, nowMs: () => number) {
    this.#control = control;
    this.#lease = lease;
    this.nowMs = nowMs;
    const onAbort = () => this.takeAway(leaseEnd(signal.reason));
    this.#forgetSignal = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  }

  /** The shard has ended here: its signal, which may be that of others too, is listened to no longer. */
  close(): void {
    this.#forgetSignal();
  }

  /** How the shard was taken away; `undefined` while it is ours. */
  get end(): LeaseEnd | undefined {
    return this.#end;
  }

  /** Resolves when the shard is taken away. */
  get taken(): Promise<LeaseEnd> {
    return this.#taken.promise;
  }

  get stopMode(): StopMode | undefined {
    return this.#control.stopMode;
  }

  /** Monotonic ms; Infinity while nobody asked for a stop. */
  get stoppedAtMs(): number {
    return this.#control.stoppedAtMs;
  }

  /** Rejects when nothing more can be heard of the run. */
  get failure(): Promise<never> {
    return this.#control.failure;
  }

  /** Whether the run's start is known and over: what belongs before it is too late. */
  get hasStarted(): boolean {
    const { startMs } = this.#control;
    return startMs !== undefined && startMs <= this.nowMs();
  }

  /** Whether another request of the shard may begin, or one that has failed may be tried again. */
  readonly mayStart = (): boolean => this.#end === undefined && this.#lease.mayStillSend();

  /**
   * Whether a request that has begun may be sent now, for the first time. It may be after a yield too, where it waited for its
   * turn: nobody else will send it. But only while somebody hears of us: else it was counted as lost.
   */
  readonly maySend = (): boolean => this.mayStart() || (this.#end === 'yield' && this.#isInTouch);

  /** The lease is over by the clock, and how it ended is not known yet: what comes in now may have waited in a frozen process. */
  get isInDoubt(): boolean {
    return this.#end === undefined && !this.#lease.mayStillSend();
  }

  /** A commit that was sent then was confirmed. */
  confirm(sentAtMs: number): void {
    this.#lastConfirmedMs = sentAtMs;
  }

  /** The shard is not ours any more; the first word on it counts. */
  takeAway(end: LeaseEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#taken.resolve(end);
    for (const listener of this.#takenListeners) listener();
  }

  /** Calls the listener, once, when the shard is taken away, and at once if it was. Returns a function that ends it. */
  onTaken(listener: () => void): () => void {
    if (this.#end === undefined) this.#takenListeners.add(listener);
    else listener();
    return () => void this.#takenListeners.delete(listener);
  }

  /** The run's start, monotonic ms of this process; `undefined` where the shard is taken away before it is known. */
  started(): Promise<number | undefined> {
    return Promise.race([this.#control.started, this.taken.then(() => undefined), this.failure]);
  }

  /** Calls the listener on every stop of the run, and at once if there was one. Returns a function that ends it. */
  onStop(listener: (mode: StopMode) => void): () => void {
    return this.#control.onStop(listener);
  }

  /** The same, once, when the run's budget is used up, after the stop that says so. */
  onBudgetUsedUp(listener: () => void): () => void {
    return this.#control.onBudgetUsedUp(listener);
  }

  get #isInTouch(): boolean {
    return this.#lease.mayStillSend() || this.nowMs() - this.#lastConfirmedMs <= inTouchMs;
  }
}

/** Whoever gives no reason has taken it. */
function leaseEnd(reason: unknown): LeaseEnd {
  return reason === 'yield' || reason === 'frozen' ? reason : 'lost';
}
