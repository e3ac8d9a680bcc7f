import type { ObservedLimits } from '@tokenstorm/core';
import type { Admission, AdmissionAsk, AdmissionEnd, Admitted, CancelWait } from './admission.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';
import type { LimitQueue, Passage } from './limit-queue.ts';
import type { AdmissionMark, ProviderBuckets } from './provider-buckets.ts';
import { reservedAmounts, settledAmounts } from './reservation.ts';
import type { Reservation } from './reservation.ts';
import { TokenForecast } from './token-forecast.ts';

/** What all targets of a provider share. */
export interface ProviderGate {
  readonly gate: ConcurrencyGate;
  readonly queue: LimitQueue;
  readonly buckets: ProviderBuckets;
  readonly observedLimits: (headers: Readonly<Record<string, string>>) => ObservedLimits | undefined;
}

/** What an attempt holds. */
interface Held {
  readonly reservation: Reservation;
  readonly mark: AdmissionMark;
}

/** The way to a target whose provider has token buckets. */
export class LimitedAdmission implements Admission {
  readonly #provider: ProviderGate;
  readonly #forecast = new TokenForecast();

  constructor(provider: ProviderGate) {
    this.#provider = provider;
  }

  enter(ask: AdmissionAsk, onAdmitted: (admitted: Admitted) => void): CancelWait {
    let reservation: Reservation;
    return this.#provider.queue.enter({
      askedMs: ask.nowMs,
      amounts: () => {
        reservation = this.#reserve(ask);
        return reservedAmounts(reservation);
      },
      onPassed: (passage, taken) => {
        const mark = this.#provider.buckets.mark(taken, passage.atMs);
        onAdmitted(this.#admitted(ask, passage, { reservation, mark }));
      },
    });
  }

  #reserve(ask: AdmissionAsk): Reservation {
    return { ...this.#forecast.expected(ask), isLimit: ask.maxTokens !== undefined };
  }

  #admitted(ask: AdmissionAsk, passage: Passage, held: Held): Admitted {
    if (!held.reservation.isLimit && !this.#forecast.knowsOutput) this.#provider.buckets.countAssumedOutput();
    return { ...passage, leave: (end) => this.#leave(ask, held, end) };
  }

  /** What the attempt has shown comes first: the next one may take its place and permits before this returns. */
  #leave(ask: AdmissionAsk, { reservation, mark }: Held, end: AdmissionEnd): void {
    const { gate, queue, buckets, observedLimits } = this.#provider;
    const isAnswered = end.ending === 'answered';
    if (isAnswered) this.#forecast.observe(ask, end.usage);
    const hasGained = buckets.settle(settledAmounts(reservation, end));
    const observed = end.headers && observedLimits(end.headers);
    if (observed !== undefined) buckets.observe(observed, mark, end.atMs);
    gate.leave(end.atMs);
    // The next request may need other amounts, or find more.
    if ((isAnswered && end.usage !== undefined) || hasGained) queue.wake();
  }
}
