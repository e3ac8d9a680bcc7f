/** Gives each piece of work a turn of the event loop of its own, in order: what comes from the network does not wait for all of them. */
export class Turns {
  readonly #waiting = new Set<() => void>();
  #isTurning = false;

  /** Returns what takes the work back, before its turn. */
  add(work: () => void): () => void {
    this.#waiting.add(work);
    if (!this.#isTurning) setImmediate(this.#turn);
    this.#isTurning = true;
    return () => void this.#waiting.delete(work);
  }

  readonly #turn = (): void => {
    const next = this.#waiting.values().next();
    this.#isTurning = next.done !== true;
    if (next.done === true) return;
    this.#waiting.delete(next.value);
    setImmediate(this.#turn);
    next.value();
  };
}
