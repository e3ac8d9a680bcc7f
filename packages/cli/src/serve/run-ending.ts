import type { RunEvent } from '@tokenstorm/core';

/** What the other shards may take to say how they ended after a worker failed: the one that failed never will. */
const settleMs = 5000;

/** When nothing more can come of a run in which a worker failed. */
export class RunEnding implements Disposable {
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** Aborts when nothing more can come. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  observe(event: RunEvent): void {
    if (event.type === 'worker-failed') this.#timer ??= setTimeout(() => this.#ended.abort(), settleMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
