import type { IterationRange } from '@tokenstorm/core';

/** Iterations of a run-wide count, drawn in blocks and handed out one by one, by their numbers. */
export class IterationBlock {
  readonly #reserve: (wanted: number) => Promise<IterationRange>;
  readonly #size: number;
  #next = 0;
  #end = 0;
  #refill: Promise<boolean> | undefined;

  constructor(reserve: (wanted: number) => Promise<IterationRange>, size: number) {
    this.#reserve = reserve;
    this.#size = size;
  }

  /** The next one's number; `undefined` once the run-wide count is used up; a promise where a new block must be drawn first. */
  take(): Promise<number | undefined> | number | undefined {
    return this.#next < this.#end ? this.#next++ : this.#takeFromNextBlock();
  }

  async #takeFromNextBlock(): Promise<number | undefined> {
    while (this.#next === this.#end) {
      if (!(await this.#refillOnce()) && this.#next === this.#end) return undefined;
    }
    return this.#next++;
  }

  /** Users that find the block empty at the same time share one refill. False where nothing was left. */
  #refillOnce(): Promise<boolean> {
    this.#refill ??= this.#reserve(this.#size).then(({ first, count }) => {
      this.#refill = undefined;
      if (count === 0) return false;
      this.#next = first;
      this.#end = first + count;
      return true;
    });
    return this.#refill;
  }
}
