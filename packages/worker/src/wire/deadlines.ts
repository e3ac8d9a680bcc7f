import type { Clock } from '@tokenstorm/core';

/** One moment that is watched. `deadlineMs` may be moved at any time, at no cost; `Infinity` means never. */
export interface Deadline {
  /** On the clock of the `Deadlines` that watch it. */
  deadlineMs: number;
  /** Called once, up to 20 ms after the deadline; by then it is watched no longer. */
  onExpire(atMs: number): void;
}

const checkIntervalMs = 20;

/** The deadlines of many requests under one timer, which runs only while there are any. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #watched = new Set<Deadline>();
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#watched.size;
  }

  watch(deadline: Deadline): void {
    this.#watched.add(deadline);
    this.#timer ??= setInterval(() => this.#check(), checkIntervalMs);
  }

  /** Harmless for one that is not watched. */
  unwatch(deadline: Deadline): void {
    this.#watched.delete(deadline);
  }

  #check(): void {
    const nowMs = this.#clock.nowMs();
    for (const deadline of this.#watched) {
      if (deadline.deadlineMs > nowMs) continue;
      this.#watched.delete(deadline);
      deadline.onExpire(nowMs);
    }
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
