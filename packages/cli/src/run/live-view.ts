import type { BudgetState, Scenario } from '@tokenstorm/core';
import type { RunStatus } from '@tokenstorm/aggregator';
import type { LiveStatus } from '../view/live-status.ts';
import type { RunView } from '../view/run-view.ts';
import { liveDetailOf } from './live-detail.ts';
import { liveStatusOf } from './live-status.ts';

/** Shows how a run in this process stands, status by status: as much as the view wants, and one after the other. */
export class LiveView {
  readonly #view: RunView;
  readonly #toStatus: ReturnType<typeof liveStatusOf>;
  readonly #toDetail: ReturnType<typeof liveDetailOf>;
  #isBusy = false;
  #isDraining = false;
  #latest: LiveStatus | undefined;

  constructor(view: RunView, scenario: Scenario) {
    this.#view = view;
    this.#toStatus = liveStatusOf(scenario);
    this.#toDetail = liveDetailOf(scenario);
  }

  /** From now on the run is shown as ending. */
  draining(): void {
    this.#isDraining = true;
    if (this.#latest !== undefined) this.#update(this.#latest);
  }

  /** A status that comes before the last one is summed up is left out. */
  async show(status: RunStatus, budget: BudgetState | undefined): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      const live = this.#toStatus(status, budget);
      this.#update(this.#view.wantsDetail ? { ...live, detail: await this.#toDetail(status, live) } : live);
    } finally {
      this.#isBusy = false;
    }
  }

  #update(status: LiveStatus): void {
    this.#latest = status;
    this.#view.update({ ...status, ...(this.#isDraining && { stage: 'draining' as const }) });
  }
}
