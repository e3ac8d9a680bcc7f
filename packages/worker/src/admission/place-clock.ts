/**
 * A clock of a queue that runs only while its head waits for a place. Whoever reads it when it joins and again when it
 * is admitted knows how much of its wait was for places, its own and those of everybody before it. Times are monotonic
 * ms; it may be read for a moment before the one that it was last moved to.
 */
export class PlaceClock {
  #atMs = -Infinity;
  #placeMs = 0;
  #runs = false;

  /** The moment it was moved to. */
  get atMs(): number {
    return this.#atMs;
  }

  /** From the moment it was moved to on, it runs or it does not. */
  run(runs: boolean): void {
    this.#runs = runs;
  }

  /** A moment before the last one changes nothing. */
  moveTo(atMs: number): void {
    if (atMs <= this.#atMs) return;
    this.#placeMs = this.read(atMs);
    this.#atMs = atMs;
  }

  /** Ms that it will have run, or had run, by this moment. */
  read(atMs: number): number {
    return this.#runs ? this.#placeMs + (atMs - this.#atMs) : this.#placeMs;
  }
}
