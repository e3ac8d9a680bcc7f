/** Counts the time stamps that content gets, and wakes whoever waits for the next one. */
export class ContentStamps {
  #count = 0;
  #dueMs = Infinity;
  #wake: () => void = () => {};

  /** Since the process began. */
  get count(): number {
    return this.#count;
  }

  /** One content event, stamped `atMs`; called at once, in the poll batch of the read that brought it. */
  note(atMs: number): void {
    this.#count++;
    if (atMs >= this.#dueMs) this.#wakeUp();
  }

  /** Calls `wake` at the first stamp from `dueMs` on, instead of what was asked for before. */
  wakeAt(dueMs: number, wake: () => void): void {
    this.#dueMs = dueMs;
    this.#wake = wake;
  }

  #wakeUp(): void {
    this.#dueMs = Infinity;
    this.#wake();
  }
}

/** Those of this process: it has one event loop, whatever the number of clients. */
export const contentStamps = new ContentStamps();
