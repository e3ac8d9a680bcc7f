import type { Clock, RunEvent } from '@tokenstorm/core';

export type StopMode = 'drain' | 'now';

/**
 * What a worker knows of a run's course: when it starts and whether it is to stop. Times are monotonic ms of this
 * process. The first start counts; a stop only ever gets stricter.
 */
export class RunControl {
  readonly started: Promise<number>;
  readonly #clock: Clock;
  readonly #listeners = new Set<(mode: StopMode) => void>();
  readonly #budgetListeners = new Set<() => void>();
  readonly #fault = Promise.withResolvers<never>();
  #resolveStarted: (startMs: number) => void = () => {};
  #startMs: number | undefined;
  #stopMode: StopMode | undefined;
  #stoppedAtMs = Infinity;
  #isBudgetUsedUp = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.started = new Promise((resolve) => (this.#resolveStarted = resolve));
    // Whoever runs a shard hears of it; nobody else has to.
    this.#fault.promise.catch(() => {});
  }

  /** `undefined` until it is known. */
  get startMs(): number | undefined {
    return this.#startMs;
  }

  get stopMode(): StopMode | undefined {
    return this.#stopMode;
  }

  /** When the first stop was asked for; Infinity while there was none. */
  get stoppedAtMs(): number {
    return this.#stoppedAtMs;
  }

  /** Rejects when nothing more can be heard of the run. */
  get failure(): Promise<never> {
    return this.#fault.promise;
  }

  observe(event: RunEvent): void {
    if (event.type === 'run-start') this.#start(this.#local(event.startAtEpochMs));
    else if (event.type === 'run-stop') {
      this.#stop(event.mode, event.atEpochMs);
      if (event.reason === 'budget') this.#endBudget();
    }
  }

  fail(cause: unknown): void {
    this.#fault.reject(cause);
  }

  /** Calls the listener on every stop, and at once if there was one. Returns a function that ends it. */
  onStop(listener: (mode: StopMode) => void): () => void {
    this.#listeners.add(listener);
    if (this.#stopMode !== undefined) listener(this.#stopMode);
    return () => void this.#listeners.delete(listener);
  }

  /** The same, once, when a stop says that the budget is used up: what waits for a part of it waits in vain. The stop itself comes first. */
  onBudgetUsedUp(listener: () => void): () => void {
    this.#budgetListeners.add(listener);
    if (this.#isBudgetUsedUp) listener();
    return () => void this.#budgetListeners.delete(listener);
  }

  #endBudget(): void {
    if (this.#isBudgetUsedUp) return;
    this.#isBudgetUsedUp = true;
    for (const listener of this.#budgetListeners) listener();
  }

  #start(startMs: number): void {
    if (this.#startMs !== undefined) return;
    this.#startMs = startMs;
    this.#resolveStarted(startMs);
  }

  #stop(mode: StopMode, atEpochMs: number | undefined): void {
    if (this.#stopMode === undefined)
      this.#stoppedAtMs = atEpochMs === undefined ? this.#clock.nowMs() : this.#local(atEpochMs);
    if (this.#stopMode === 'now' || this.#stopMode === mode) return;
    this.#stopMode = mode;
    for (const listener of this.#listeners) listener(mode);
  }

  #local(epochMs: number): number {
    return this.#clock.nowMs() + epochMs - this.#clock.epochMs();
  }
}
