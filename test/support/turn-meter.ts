/**
 * How long the turns of this process's event loop are: the processor time of its main thread in each, ms. Other processes, however
 * busy, are not in it.
 */
export class TurnMeter {
  readonly #turnsMs: number[] = [];
  #usedMs = usedMs();
  #isOver = false;

  constructor() {
    this.#next();
  }

  /** Ends the measurement. Of all turns, the ratio of 0 to 1 took at most so long. */
  end(): (ratio: number) => number {
    this.#isOver = true;
    const sorted = this.#turnsMs.toSorted((one, other) => one - other);
    return (ratio) => sorted[Math.min(sorted.length - 1, Math.floor(ratio * sorted.length))] ?? NaN;
  }

  #next(): void {
    setImmediate(() => {
      const now = usedMs();
      this.#turnsMs.push(now - this.#usedMs);
      this.#usedMs = now;
      if (!this.#isOver) this.#next();
    });
  }
}

function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
