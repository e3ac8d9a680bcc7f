import { TokenstormError } from '@tokenstorm/core';
import type { Clock, LimitUse, ProviderLimits, RateLimiter, Scenario } from '@tokenstorm/core';
import { observedLimits } from '@tokenstorm/providers';
import type { Admission } from './admission.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';
import { gateAdmission } from './gate-admission.ts';
import { LimitQueue } from './limit-queue.ts';
import { LimitedAdmission } from './limited-admission.ts';
import type { ProviderGate } from './limited-admission.ts';
import { ProviderBuckets } from './provider-buckets.ts';

/** The ways to all targets of a run in this process. */
export class Admissions {
  readonly #gate: ConcurrencyGate;
  readonly #open: Admission;
  readonly #providers = new Map<string, ProviderGate>();
  readonly #targets = new Map<string, LimitedAdmission>();
  readonly #fault = Promise.withResolvers<never>();

  constructor(
    { limits, targets }: Pick<Scenario, 'limits' | 'targets'>,
    {
      gate,
      limiter,
      clock,
    }: { readonly gate: ConcurrencyGate; readonly limiter: RateLimiter; readonly clock: Clock },
  ) {
    this.#gate = gate;
    this.#open = gateAdmission(this.#gate);
    // Whoever runs a shard hears of it; nobody else has to.
    this.#fault.promise.catch(() => {});
    for (const limit of limits)
      this.#providers.set(limit.provider, this.#providerGate(limit, limiter, clock));
    for (const { key, provider } of targets) {
      const limited = this.#providers.get(provider);
      if (limited !== undefined) this.#targets.set(key, new LimitedAdmission(limited));
    }
  }

  /** The way to a target; the same object each time. */
  of(targetKey: string): Admission {
    return this.#targets.get(targetKey) ?? this.#open;
  }

  /** Rejects when the rate limiter fails: without it no request can be sent that keeps the limits. */
  get failure(): Promise<never> {
    return this.#fault.promise;
  }

  /** How the providers' token buckets went so far. */
  uses(): readonly LimitUse[] {
    return [...this.#providers.values()].map(({ buckets }) => buckets.use());
  }

  /** Admits nobody any more: who waits, waits until it gives up. */
  close(): void {
    this.#gate.close();
    for (const { queue } of this.#providers.values()) queue.close();
  }

  #providerGate(limits: ProviderLimits, limiter: RateLimiter, clock: Clock): ProviderGate {
    const onFault = (cause: unknown) => this.#fail(limits.provider, cause);
    const buckets = new ProviderBuckets(limits, limiter, onFault);
    const queue = new LimitQueue({
      clock,
      gate: this.#gate,
      take: (amounts) => buckets.take(amounts),
      giveBack: (amounts) => buckets.giveBack(amounts),
      onFault,
    });
    return { gate: this.#gate, queue, buckets, observedLimits };
  }

  #fail(provider: string, cause: unknown): void {
    this.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the limits of ${provider} can no longer be kept: ${reason}`;
    this.#fault.reject(new TokenstormError('E_INTERNAL', message, { cause }));
  }
}
