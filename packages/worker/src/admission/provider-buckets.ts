import { configuredPerMinute } from '@tokenstorm/core';
import type {
  LimitAmounts,
  LimitBuckets,
  LimitDimension,
  LimitGrant,
  LimitUse,
  ObservedLimits,
  ProviderLimits,
  RateLimiter,
} from '@tokenstorm/core';
import { debtOf, givenBack } from './reservation.ts';

/** By how much a server may round down what remains: Anthropic gives tokens in thousands. */
const roundedBy: Readonly<Record<LimitDimension, number>> = {
  requests: 1,
  tokens: 1000,
  'input-tokens': 1000,
  'output-tokens': 1000,
};

/** A moment at which an attempt was admitted, with all that this process had taken by then. */
export interface AdmissionMark {
  readonly atMs: number;
  readonly taken: LimitAmounts;
}

/** The token buckets of one provider as this process uses them. */
export class ProviderBuckets {
  readonly #provider: string;
  readonly #limiter: RateLimiter;
  readonly #onFault: (cause: unknown) => void;
  readonly #buckets: LimitBuckets;
  /** Lowest rates that the server stated below the set's own. */
  readonly #stated: Partial<Record<LimitDimension, number>> = {};
  /** What each bucket holds at the most, as far as this process knows. */
  readonly #sizes: Partial<Record<LimitDimension, number>>;
  /** Less what was given back. */
  readonly #taken: Partial<Record<LimitDimension, number>> = {};
  #debtTokens = 0;
  #assumedOutputs = 0;

  constructor(limits: ProviderLimits, limiter: RateLimiter, onFault: (cause: unknown) => void) {
    const { provider, burstSeconds } = limits;
    const perMinute = configuredPerMinute(limits);
    this.#provider = provider;
    this.#limiter = limiter;
    this.#onFault = onFault;
    this.#buckets = { key: provider, perMinute, burstSeconds };
    this.#sizes = Object.fromEntries(
      Object.entries(perMinute).map(([dimension, rate]) => [dimension, (rate / 60) * burstSeconds]),
    );
  }

  take(amounts: LimitAmounts): Promise<LimitGrant> {
    for (const dimension of this.#dimensions()) {
      this.#sizes[dimension] = Math.max(this.#sizes[dimension] ?? 0, amounts[dimension] ?? 0);
    }
    return this.#limiter.take(this.#buckets, amounts);
  }

  giveBack(amounts: LimitAmounts): void {
    this.#limiter.settle(this.#buckets, givenBack(amounts)).catch(this.#onFault);
  }

  /** These amounts were taken by an attempt that is on its way from now on. */
  mark(amounts: LimitAmounts, atMs: number): AdmissionMark {
    this.#count(amounts);
    return { atMs, taken: { ...this.#taken } };
  }

  /** Charges and gives back; says whether any bucket gains by it. */
  settle(amounts: LimitAmounts): boolean {
    const changes = this.#dimensions().map((dimension) => amounts[dimension] ?? 0);
    if (changes.every((amount) => amount === 0)) return false;
    this.#debtTokens += debtOf(amounts, this.#buckets.perMinute);
    this.#count(amounts);
    this.#limiter.settle(this.#buckets, amounts).catch(this.#onFault);
    return changes.some((amount) => amount < 0);
  }

  /** The output of an attempt was assumed: neither its limit nor any answer before it was known. */
  countAssumedOutput(): void {
    this.#assumedOutputs += 1;
  }

  /** What the server said to an attempt that was admitted at `mark`. The limiter hears only of what changes something. */
  observe({ perMinute, remaining }: ObservedLimits, mark: AdmissionMark, nowMs: number): void {
    const lower: Partial<Record<LimitDimension, number>> = {};
    let changes = false;
    for (const dimension of this.#dimensions()) {
      if (this.#noteRate(dimension, perMinute[dimension])) changes = true;
      const left = this.#leftNow(dimension, remaining[dimension] ?? Infinity, mark, nowMs);
      if (left >= (this.#sizes[dimension] ?? 0)) continue;
      lower[dimension] = left;
      changes = true;
    }
    if (changes) this.#limiter.lower(this.#buckets, { perMinute, remaining: lower }).catch(this.#onFault);
  }

  /** Since the start of the process. */
  use(): LimitUse {
    return {
      provider: this.#provider,
      debtTokens: this.#debtTokens,
      assumedOutputs: this.#assumedOutputs,
      statedPerMinute: { ...this.#stated },
    };
  }

  /** At the most: what remained for the attempt, less what others of this process took since, and refilled. */
  #leftNow(dimension: LimitDimension, remaining: number, mark: AdmissionMark, nowMs: number): number {
    const takenSince = (this.#taken[dimension] ?? 0) - (mark.taken[dimension] ?? 0);
    const refilled = (this.#rate(dimension) / 60_000) * Math.max(0, nowMs - mark.atMs);
    return Math.max(0, remaining + roundedBy[dimension] - takenSince + refilled);
  }

  #rate(dimension: LimitDimension): number {
    return this.#stated[dimension] ?? this.#buckets.perMinute[dimension] ?? 0;
  }

  #count(amounts: LimitAmounts): void {
    for (const dimension of this.#dimensions()) {
      this.#taken[dimension] = (this.#taken[dimension] ?? 0) + (amounts[dimension] ?? 0);
    }
  }

  #noteRate(dimension: LimitDimension, stated: number | undefined): boolean {
    if (stated === undefined || stated <= 0 || stated >= this.#rate(dimension)) return false;
    this.#stated[dimension] = stated;
    return true;
  }

  #dimensions(): readonly LimitDimension[] {
    return Object.keys(this.#buckets.perMinute) as LimitDimension[];
  }
}
