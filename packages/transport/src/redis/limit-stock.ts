/** What rounding may leave missing, in permits: not worth another wait. */
const rounding = 1e-6;

/** Permits of one dimension. */
interface Permits {
  amount: number;
  /** At `clearAtMs` all of them are there; before that, so much of the last of them is yet to come, at the bucket's rate. */
  comingAmount: number;
  clearAtMs: number;
  perMs: number;
}

/** What a trip to the buckets has brought, by dimension. */
export interface LeasedPermits {
  readonly amounts: readonly number[];
  /** Ms until all that was given out of a bucket, to anybody, is there; 0 where it is. */
  readonly clearInMs: readonly number[];
  readonly perMs: readonly number[];
}

/**
 * Permits of a bucket set that this process holds and has not used. A bucket gives out what it does not have yet, too: such
 * permits count from the moment on at which they come into it. All amounts are in the order of the set's dimensions, times monotonic ms.
 */
export class LimitStock {
  readonly #permits: readonly Permits[];
  /** What was there then may have been there before. */
  #changedAtMs = -Infinity;

  constructor(dimensions: number) {
    this.#permits = Array.from({ length: dimensions }, () => ({
      amount: 0,
      comingAmount: 0,
      clearAtMs: -Infinity,
      perMs: 0,
    }));
  }

  get amounts(): readonly number[] {
    return this.#permits.map(({ amount }) => amount);
  }

  get isEmpty(): boolean {
    return this.#permits.every(({ amount }) => amount === 0);
  }

  /** Ms until these amounts may be used; 0 or less: since so long, at least. Infinite where the stock does not hold them. */
  waitMs(amounts: readonly number[], nowMs: number): number {
    let waitMs = -Infinity;
    for (const [place, permits] of this.#permits.entries()) {
      const wanted = amounts[place] ?? 0;
      if (wanted > 0) waitMs = Math.max(waitMs, this.#dueMs(permits, wanted) - nowMs);
    }
    return waitMs > 0 && waitMs < rounding ? 0 : waitMs;
  }

  take(amounts: readonly number[]): void {
    for (const [place, permits] of this.#permits.entries())
      permits.amount = Math.max(0, permits.amount - (amounts[place] ?? 0));
  }

  /** Uses up to these amounts; what the stock does not hold is left. */
  pay(amounts: readonly number[]): readonly number[] {
    return this.#permits.map((permits, place) => {
      const paid = Math.min(permits.amount, Math.max(0, amounts[place] ?? 0));
      permits.amount -= paid;
      return (amounts[place] ?? 0) - paid;
    });
  }

  add({ amounts, clearInMs, perMs }: LeasedPermits, nowMs: number): void {
    for (const [place, permits] of this.#permits.entries()) {
      const leased = amounts[place] ?? 0;
      const clearAtMs = nowMs + (clearInMs[place] ?? 0);
      // Without new ones, those that are yet to come may come earlier, because others have given back, but not later.
      if (leased === 0 && clearAtMs >= permits.clearAtMs) continue;
      permits.comingAmount = coming(permits, nowMs) + leased;
      permits.amount += leased;
      permits.clearAtMs = clearAtMs;
      permits.perMs = perMs[place] ?? 0;
      this.#changedAtMs = nowMs;
    }
  }

  /** Takes out what is yet to come, and says what it was. */
  releaseComing(nowMs: number): readonly number[] {
    return this.#permits.map((permits) => {
      const released = Math.min(permits.amount, coming(permits, nowMs));
      permits.amount -= released;
      permits.comingAmount = 0;
      return released;
    });
  }

  /** Takes out everything, and says what it was. */
  releaseAll(): readonly number[] {
    return this.#permits.map((permits) => {
      const released = permits.amount;
      permits.amount = 0;
      permits.comingAmount = 0;
      return released;
    });
  }

  /** When so much of them may be used. */
  #dueMs(permits: Permits, wanted: number): number {
    const { amount, comingAmount, clearAtMs, perMs } = permits;
    const rest = amount - wanted;
    if (rest < -rounding) return Infinity;
    if (rest >= comingAmount) return this.#changedAtMs;
    return Math.max(this.#changedAtMs, clearAtMs - Math.max(0, rest) / perMs);
  }
}

/** How many requests of this kind the amounts are enough for; infinitely many where it needs nothing. */
export function requestsIn(amounts: readonly number[], typical: readonly number[]): number {
  return Math.min(
    ...amounts.map((amount, place) => {
      const each = typical[place] ?? 0;
      return each > 0 ? amount / each : Infinity;
    }),
  );
}

function coming({ comingAmount, clearAtMs, perMs }: Permits, nowMs: number): number {
  if (comingAmount === 0) return 0;
  return Math.max(0, Math.min(comingAmount, (clearAtMs - nowMs) * perMs));
}
