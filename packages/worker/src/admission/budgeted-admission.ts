import type { BudgetAmounts, Clock, ModelPrice } from '@tokenstorm/core';
import type {
  Admission,
  AdmissionAsk,
  AdmissionEnd,
  AdmissionWaits,
  Admitted,
  CancelWait,
} from './admission.ts';
import { chargeAfter, chargeBefore } from './budget-charge.ts';
import type { ChargedTokens } from './budget-charge.ts';
import type { BudgetGate } from './budget-gate.ts';
import { TokenForecast } from './token-forecast.ts';

/** What a target is reached by, less the budget. */
export interface BudgetedWay {
  /** Places and permits: nothing is set aside for an attempt that could not be sent yet. */
  readonly inner: Admission;
  readonly gate: BudgetGate;
  readonly price: ModelPrice | undefined;
  readonly clock: Clock;
}

/** The way to a target of a run that has a budget: places and permits come first. */
export class BudgetedAdmission implements Admission {
  readonly #way: BudgetedWay;
  readonly #forecast = new TokenForecast();

  constructor(way: BudgetedWay) {
    this.#way = way;
  }

  enter(ask: AdmissionAsk, onAdmitted: (admitted: Admitted) => void): CancelWait {
    let cancel: CancelWait | undefined;
    const cancelInner = this.#way.inner.enter(ask, (admitted) => {
      cancel = this.#spend(ask, admitted, onAdmitted);
    });
    cancel ??= cancelInner;
    return (nowMs) => cancel?.(nowMs) ?? { rateLimitMs: undefined, concurrencyMs: 0 };
  }

  #spend(ask: AdmissionAsk, held: Admitted, onAdmitted: (admitted: Admitted) => void): CancelWait {
    const { gate, clock } = this.#way;
    const askedMs = clock.nowMs();
    let tokens: ChargedTokens;
    const giveUp = gate.enter({
      amounts: () => {
        tokens = this.#forecast.expected(ask);
        return chargeBefore(tokens, this.#way.price);
      },
      onGranted: (reserved) => {
        const waits = waitsOf(held, clock.nowMs() - askedMs);
        onAdmitted({ ...waits, leave: (end) => this.#leave({ ask, held, tokens, reserved }, end) });
      },
    });
    return (nowMs) => {
      giveUp();
      held.leave({ atMs: nowMs, ending: 'cut', noWork: 'unsent', usage: undefined, headers: undefined });
      return waitsOf(held, nowMs - askedMs);
    };
  }

  /** Who waits for what is given back here may pass before this returns: what the attempt has shown comes first. */
  #leave({ ask, held, tokens, reserved }: Spent, end: AdmissionEnd): void {
    const { gate, price } = this.#way;
    if (end.ending === 'answered') this.#forecast.observe(ask, end.usage);
    gate.settle(reserved, chargeAfter(tokens, end, price));
    held.leave(end);
  }
}

/** An attempt that is on its way, and what it holds. */
interface Spent {
  readonly ask: AdmissionAsk;
  readonly held: Admitted;
  readonly tokens: ChargedTokens;
  readonly reserved: BudgetAmounts;
}

/** The wait for the budget is one for permits; how late the process was before it asked stays in the time of sending. */
function waitsOf(held: Admitted, budgetMs: number): AdmissionWaits & Pick<Admitted, 'atMs'> {
  return {
    atMs: held.atMs + budgetMs,
    rateLimitMs: (held.rateLimitMs ?? 0) + budgetMs,
    concurrencyMs: held.concurrencyMs,
  };
}
