import { TokenstormError } from '@tokenstorm/core';
import type {
  Budget,
  Clock,
  LimitUse,
  ProviderLimits,
  RateLimiter,
  Scenario,
  Target,
} from '@tokenstorm/core';
import { observedLimits } from '@tokenstorm/providers';
import type { Admission } from './admission.ts';
import { BudgetGate } from './budget-gate.ts';
import { BudgetedAdmission } from './budgeted-admission.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';
import { gateAdmission } from './gate-admission.ts';
import { LimitQueue } from './limit-queue.ts';
import { LimitedAdmission } from './limited-admission.ts';
import type { ProviderGate } from './limited-admission.ts';
import { ProviderBuckets } from './provider-buckets.ts';

export interface AdmissionsParts {
  readonly gate: ConcurrencyGate;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  /** Of the run; absent where nothing bounds it. */
  readonly budget?: Budget;
  /** Told once when this process finds the budget used up; what it rejects with is a fault. */
  readonly onExhausted?: () => Promise<void>;
}

/** The ways to all targets of a run in this process. */
export class Admissions {
  readonly #gate: ConcurrencyGate;
  readonly #open: Admission;
  readonly #providers = new Map<string, ProviderGate>();
  readonly #targets = new Map<string, Admission>();
  readonly #budget: BudgetGate | undefined;
  readonly #fault = Promise.withResolvers<never>();

  constructor({ limits, targets }: Pick<Scenario, 'limits' | 'targets'>, parts: AdmissionsParts) {
    const { gate, limiter, clock } = parts;
    this.#gate = gate;
    this.#open = gateAdmission(this.#gate);
    // Whoever runs a shard hears of it; nobody else has to.
    this.#fault.promise.catch(() => {});
    for (const limit of limits)
      this.#providers.set(limit.provider, this.#providerGate(limit, limiter, clock));
    this.#budget = this.#budgetGate(parts);
    for (const target of targets) {
      const limited = this.#providers.get(target.provider);
      const inner = limited === undefined ? this.#open : new LimitedAdmission(limited);
      this.#targets.set(target.key, this.#withinBudget(inner, target, clock));
    }
  }

  /** The way to a target; the same object each time. */
  of(targetKey: string): Admission {
    return this.#targets.get(targetKey) ?? this.#open;
  }

  /** The budget is used up, or closed: no attempt begins any more, so there is no use in trying again. */
  get isBudgetOver(): boolean {
    return this.#budget?.isOver === true;
  }

  /** Rejects when the rate limiter or the budget fails: without them no request can be sent that keeps the limits. */
  get failure(): Promise<never> {
    return this.#fault.promise;
  }

  /** How the providers' token buckets went so far. */
  uses(): readonly LimitUse[] {
    return [...this.#providers.values()].map(({ buckets }) => buckets.use());
  }

  /** Admits nobody any more: who waits, waits until it gives up. */
  close(): void {
    this.closeBudget();
    this.#gate.close();
    for (const { queue } of this.#providers.values()) queue.close();
  }

  /** The budget lets nobody through any more; without one nothing changes. */
  closeBudget(): void {
    this.#budget?.close();
  }

  #budgetGate({ budget, clock, onExhausted }: AdmissionsParts): BudgetGate | undefined {
    if (budget === undefined) return undefined;
    const onFault = (cause: unknown) => this.#fail('the budget', cause);
    return new BudgetGate({
      budget,
      clock,
      onExhausted: () => void onExhausted?.().catch(onFault),
      onFault,
    });
  }

  #withinBudget(inner: Admission, { price }: Pick<Target, 'price'>, clock: Clock): Admission {
    const gate = this.#budget;
    return gate === undefined ? inner : new BudgetedAdmission({ inner, gate, price, clock });
  }

  #providerGate(limits: ProviderLimits, limiter: RateLimiter, clock: Clock): ProviderGate {
    const onFault = (cause: unknown) => this.#fail(`the limits of ${limits.provider}`, cause);
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

  #fail(what: string, cause: unknown): void {
    this.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${what} can no longer be kept: ${reason}`;
    this.#fault.reject(new TokenstormError('E_INTERNAL', message, { cause }));
  }
}
