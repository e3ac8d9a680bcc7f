/** Iterations of a run-wide count, drawn in blocks and handed out one by one. */
export class IterationBlock {
  readonly #reserve: (wanted: number) => Promise<number>;
  readonly #size: number;
  #left = 0;
  #refill: Promise<number> | undefined;

  constructor(reserve: (wanted: number) => Promise<number>, size: number) {
    this.#reserve = reserve;
    this.#size = size;
  }

  /** False once the run-wide count is used up; a promise where a new block must be drawn first. */
  take(): Promise<boolean> | boolean {
    if (this.#left === 0) return this.#takeFromNextBlock();
    this.#left -= 1;
    return true;
  }

  async #takeFromNextBlock(): Promise<boolean> {
    while (this.#left === 0) {
      if ((await this.#refillOnce()) === 0 && this.#left === 0) return false;
    }
    this.#left -= 1;
    return true;
  }

  /** Users that find the block empty at the same time share one refill. */
  #refillOnce(): Promise<number> {
    this.#refill ??= this.#reserve(this.#size).then((granted) => {
      this.#left += granted;
      this.#refill = undefined;
      return granted;
    });
    return this.#refill;
  }
}
