import { monotonicMs } from './monotonic-clock.ts';
import { DueHeap } from './due-heap.ts';
import type { DueTask } from './due-heap.ts';

/**
 * Runs tasks when they are due, all of them from one timer. Its time is the server's own: ms that stand still during a
 * freeze, so that every task shifts by the length of the freeze.
 */
export class Pacer {
  readonly #tasks = new DueHeap();
  readonly #spins: boolean;
  #behindMs = 0;
  #frozenFromMs = 0;
  #frozenUntilMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #wakeMs = Infinity;

  /** `spin` polls the clock from 1.5 ms before a task is due; `timer` may be about 1 ms late. */
  constructor(mode: 'timer' | 'spin') {
    this.#spins = mode === 'spin';
  }

  /** The server's own time, in ms. */
  nowMs(): number {
    const nowMs = monotonicMs();
    if (this.#frozenUntilMs === 0) return nowMs - this.#behindMs;
    if (nowMs < this.#frozenUntilMs) return this.#frozenFromMs - this.#behindMs;
    this.#behindMs += this.#frozenUntilMs - this.#frozenFromMs;
    this.#frozenUntilMs = 0;
    return nowMs - this.#behindMs;
  }

  isFrozen(): boolean {
    this.nowMs();
    return this.#frozenUntilMs !== 0;
  }

  /** Stops the server's time from now on for so many ms; during a freeze it is the longer of the two that counts. */
  freeze(durationMs: number): void {
    const nowMs = monotonicMs();
    if (!this.isFrozen()) this.#frozenFromMs = nowMs;
    this.#frozenUntilMs = Math.max(this.#frozenUntilMs, nowMs + durationMs);
    this.#arm();
  }

  /** Runs the task when its `dueMs` has come: never from inside this call. */
  add(task: DueTask): void {
    this.#tasks.push(task);
    if (task.dueMs < this.#wakeMs) this.#arm();
  }

  /** Forgets all tasks. */
  close(): void {
    this.#tasks.clear();
    this.#disarm();
  }

  readonly #run = (): void => {
    this.#disarm();
    while (!this.isFrozen() && this.#tasks.firstDueMs() <= this.nowMs()) this.#tasks.pop()?.run();
    this.#arm();
  };

  #arm(): void {
    this.#disarm();
    const dueMs = this.#tasks.firstDueMs();
    if (dueMs === Infinity) return;
    const waitMs = this.isFrozen() ? this.#frozenUntilMs - monotonicMs() : dueMs - this.nowMs();
    this.#wakeMs = this.isFrozen() ? -Infinity : dueMs;
    if (waitMs <= (this.#spins ? 1.5 : 0)) this.#immediate = setImmediate(this.#run);
    else this.#timer = setTimeout(this.#run, Math.max(1, Math.floor(this.#spins ? waitMs - 1 : waitMs)));
  }

  #disarm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#immediate) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
    this.#wakeMs = Infinity;
  }
}
