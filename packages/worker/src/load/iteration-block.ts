import type { Clock, IterationRange } from '@tokenstorm/core';

/** A block should last for about so long. */
const blockMs = 1000;

export interface IterationBlockParts {
  /** Draws up to so many from the run-wide count; fewer, or none, where no more are left. */
  readonly reserve: (wanted: number) => Promise<IterationRange>;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Of the whole run; Infinity where only time ends the loop. */
  readonly limit: number;
  /** How many draw from the count. */
  readonly shards: number;
  /** What a holder before had drawn and given back: comes first. */
  readonly leftover?: readonly IterationRange[];
}

interface OpenRange {
  next: number;
  readonly end: number;
}

/**
 * Iterations of a run-wide count, drawn in blocks and handed out one by one, by their numbers. A block has one for each user that
 * waits; else it lasts for about a second, and the next one is drawn when half of it is used up, so that nobody waits. It is not
 * longer, because what is drawn and not begun would be lost with this process. Towards the end of the count blocks get smaller: who draws too much takes the last ones from users of other
 * shards that have nothing to do.
 */
export class IterationBlock {
  readonly #parts: IterationBlockParts;
  readonly #ranges: OpenRange[];
  #left = 0;
  #size = 1;
  #drawnAtMs = -Infinity;
  #waiting = 0;
  /** As far as it is known, so many of the run's are not drawn. */
  #undrawn: number;
  #isUsedUp = false;
  #isClosed = false;
  #drawing: Promise<void> | undefined;

  constructor(parts: IterationBlockParts) {
    this.#parts = parts;
    this.#ranges = (parts.leftover ?? []).map(({ first, count }) => ({ next: first, end: first + count }));
    for (const { next, end } of this.#ranges) this.#left += end - next;
    this.#undrawn = parts.limit;
  }

  /** The next one's number; `undefined` once the count is used up; a promise where one must be drawn first: ask again then. */
  take(): number | undefined | Promise<void> {
    const range = this.#ranges[0];
    if (range === undefined) return this.#isUsedUp ? undefined : this.#wait();
    const iteration = range.next++;
    if (range.next === range.end) this.#ranges.shift();
    this.#left -= 1;
    if (this.#left * 2 <= this.#size) this.#drawAhead();
    return iteration;
  }

  /** So many users will want one at a moment to come: what they need is drawn now, for the count may be far away. */
  prepare(users: number): void {
    const missing = users - this.#left;
    if (missing <= 0 || this.#isUsedUp || this.#isClosed) return;
    this.#waiting += missing;
    // Whoever needs the block hears of a fault: it is drawn for again.
    this.#draw().catch(() => {});
    this.#waiting -= missing;
    // How long it lies there says nothing of how fast iterations are used up.
    this.#drawnAtMs = -Infinity;
  }

  /** Drawn and not begun. */
  leftover(): readonly IterationRange[] {
    return this.#ranges.map(({ next, end }) => ({ first: next, count: end - next }));
  }

  /** Draws no more. Resolves when no draw is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#drawing?.catch(() => {});
  }

  /** Users that find nothing at the same time share one draw. */
  async #wait(): Promise<void> {
    this.#waiting += 1;
    try {
      // Those who come in the same turn of the event loop share the draw.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#left === 0 && !this.#isClosed) await this.#draw();
    } finally {
      this.#waiting -= 1;
    }
  }

  #drawAhead(): void {
    const isNearEnd = this.#undrawn < 2 * this.#parts.shards;
    if (this.#isUsedUp || this.#isClosed || this.#drawing !== undefined || isNearEnd) return;
    // Whoever needs the block hears of a fault: it is drawn for again.
    this.#draw().catch(() => {});
  }

  #draw(): Promise<void> {
    this.#drawing ??= this.#drawBlock().finally(() => (this.#drawing = undefined));
    return this.#drawing;
  }

  async #drawBlock(): Promise<void> {
    const wanted = this.#nextSize();
    const { first, count } = await this.#parts.reserve(wanted);
    this.#isUsedUp = count < wanted;
    this.#undrawn = this.#parts.limit - (first + count);
    if (count === 0) return;
    this.#ranges.push({ next: first, end: first + count });
    this.#left += count;
  }

  /** As many as the last block would have had to have to last for the time that it should have. */
  #nextSize(): number {
    const nowMs = this.#parts.clock.nowMs();
    const lastedMs = nowMs - this.#drawnAtMs;
    if (this.#drawnAtMs !== -Infinity)
      this.#size = Math.max(1, Math.round(this.#size * Math.min(2, Math.max(0.5, blockMs / lastedMs))));
    this.#drawnAtMs = nowMs;
    const fairPart = Math.ceil(this.#undrawn / (2 * this.#parts.shards));
    return Math.max(1, Math.min(Math.max(this.#size, this.#waiting), Math.max(fairPart, this.#waiting)));
  }
}
