/** So many places that are taken at once; who finds none waits, first come first served. */
export class Slots {
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #freed = 0;
  #isHandingOver = false;

  /** Calls `start` at once where one of `limit` places is free (0: always), else when its turn has come. */
  take(limit: number, start: () => void): void {
    if (limit > 0 && this.#taken >= limit) {
      this.#waiting.add(start);
      return;
    }
    this.#taken += 1;
    start();
  }

  /** Gives a place back: the one who waited longest gets it. Answers that are over at once take turns here, not on the stack. */
  release(): void {
    this.#freed += 1;
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    for (; this.#freed > 0; this.#freed -= 1) this.#handOver();
    this.#isHandingOver = false;
  }

  /** Leaves the queue; false where `start` was called already. */
  leave(start: () => void): boolean {
    return this.#waiting.delete(start);
  }

  #handOver(): void {
    const next = this.#waiting.values().next();
    if (next.done) {
      this.#taken -= 1;
      return;
    }
    this.#waiting.delete(next.value);
    next.value();
  }
}
