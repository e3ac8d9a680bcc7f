const maxBodies = 200_000;

/** How often each request body came. The bodies that came first are forgotten first, where there are too many. */
export class BodyCount {
  readonly #counts = new Map<string, number>();

  /** Counts a body by its hash; returns how often it has come, this time included. */
  next(hash: string): number {
    const count = (this.#counts.get(hash) ?? 0) + 1;
    this.#counts.set(hash, count);
    if (this.#counts.size > maxBodies) this.#forgetFirst();
    return count;
  }

  #forgetFirst(): void {
    const first = this.#counts.keys().next();
    if (!first.done) this.#counts.delete(first.value);
  }
}
