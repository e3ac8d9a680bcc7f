import type { Clock, LeaseEnd } from '@tokenstorm/core';
import { systemClock, wallNowMs } from '../clock.ts';

/** Between what is asked here and the packet on the wire may lie so much, and between this clock's rate and Redis'. */
const longestGuardMs = 1000;
/** A timer that fires so much late was not late by load: the process, or the machine, stood still. */
const stoodStillMs = 1000;

/** Where a deadline reads the time. */
export interface DeadlineClocks {
  readonly monotonic: Pick<Clock, 'nowMs'>;
  /** See `wallNowMs`. */
  readonly wallNowMs: () => number;
}

const systemClocks: DeadlineClocks = { monotonic: systemClock, wallNowMs };

export interface LeaseDeadlineOptions {
  readonly leaseMs: number;
  /** Monotonic time right before the lease was asked for. */
  readonly sentAtMs: number;
  /** `wallNowMs` at the same moment; now, where that was just now. */
  readonly sentAtWallMs?: number;
  /** Called once when the deadline has passed, by a timer or by the confirmation that came too late. */
  readonly onPassed: (end: LeaseEnd) => void;
  readonly clocks?: DeadlineClocks;
}

/**
 * Until when a lease surely lasts, by this process's own clocks: a lease's length after the last confirmed renewal was sent, less
 * a guard of 1 s (a quarter of leases below 4 s). Once passed it stays passed. A wall clock that has moved against the monotonic one
 * by more than 1 s since the last confirmation counts as passed: a suspended machine stops the monotonic clock, not Redis'.
 */
export class LeaseDeadline {
  readonly #clocks: DeadlineClocks;
  readonly #lastsMs: number;
  readonly #onPassed: (end: LeaseEnd) => void;
  #deadlineMs: number;
  /** Of the wall clock against the monotonic one, at the last confirmation. */
  #offsetMs: number;
  #hasPassed = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LeaseDeadlineOptions) {
    const { leaseMs, sentAtMs, sentAtWallMs, onPassed, clocks = systemClocks } = options;
    this.#clocks = clocks;
    this.#lastsMs = leaseMs - Math.min(longestGuardMs, leaseMs / 4);
    this.#onPassed = onPassed;
    this.#deadlineMs = sentAtMs + this.#lastsMs;
    const nowMs = clocks.monotonic.nowMs();
    this.#offsetMs = sentAtWallMs === undefined ? clocks.wallNowMs() - nowMs : sentAtWallMs - sentAtMs;
    this.#arm();
  }

  /** A renewal that was sent then has been confirmed. */
  confirm(sentAtMs: number): void {
    if (this.hasPassed()) return this.#tell();
    this.#deadlineMs = Math.max(this.#deadlineMs, sentAtMs + this.#lastsMs);
    this.#offsetMs = this.#clocks.wallNowMs() - this.#clocks.monotonic.nowMs();
  }

  hasPassed(): boolean {
    if (this.#hasPassed) return true;
    const nowMs = this.#clocks.monotonic.nowMs();
    this.#hasPassed = nowMs >= this.#deadlineMs || this.#hasJumped(nowMs);
    return this.#hasPassed;
  }

  /** What the end of the lease is called if it is noticed now: `frozen` where this process, or the machine, has stood still. */
  get end(): LeaseEnd {
    const nowMs = this.#clocks.monotonic.nowMs();
    const stoodStill = this.#hasJumped(nowMs) || nowMs - this.#deadlineMs > stoodStillMs;
    return stoodStill ? 'frozen' : 'lost';
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #hasJumped(nowMs: number): boolean {
    return Math.abs(this.#clocks.wallNowMs() - nowMs - this.#offsetMs) > stoodStillMs;
  }

  /** The timer is set anew when it fires, not with each confirmation: those are many. */
  #arm(): void {
    const leftMs = this.#deadlineMs - this.#clocks.monotonic.nowMs();
    const fired = () => (this.hasPassed() ? this.#tell() : this.#arm());
    this.#timer = setTimeout(fired, Math.max(1, Math.ceil(leftMs)));
    this.#timer.unref();
  }

  #tell(): void {
    if (this.#isStopped) return;
    this.stop();
    this.#onPassed(this.end);
  }
}
