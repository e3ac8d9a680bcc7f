import type { RunStatus } from '@tokenstorm/aggregator';
import type { RunPlan } from '@tokenstorm/core';
import type { RedisTransport } from '@tokenstorm/transport';
import { liveDetailOf } from '../run/live-detail.ts';
import { liveStatusOf } from '../run/live-status.ts';
import { budgetStateOf } from './budget-state.ts';

const publishEveryMs = 1000;

/** Tells those who watch a run how it stands, once a second. Where Redis does not take it, the next one is as good. */
export class StatusPublisher implements AsyncDisposable {
  readonly #transport: Pick<RedisTransport, 'runs' | 'fleet' | 'budget'>;
  readonly #plan: RunPlan;
  readonly #timer: NodeJS.Timeout;
  readonly #toLiveStatus: ReturnType<typeof liveStatusOf>;
  readonly #toDetail: ReturnType<typeof liveDetailOf>;
  #latest: RunStatus | undefined;
  #takeOvers = 0;
  #publishing: Promise<void> | undefined;

  constructor(transport: Pick<RedisTransport, 'runs' | 'fleet' | 'budget'>, plan: RunPlan) {
    this.#transport = transport;
    this.#plan = plan;
    this.#toLiveStatus = liveStatusOf(plan.scenario);
    this.#toDetail = liveDetailOf(plan.scenario);
    this.#timer = setInterval(() => this.#publish(), publishEveryMs);
  }

  update(status: RunStatus): void {
    this.#latest = status;
  }

  /** A shard went on with another worker. */
  tookOver(): void {
    this.#takeOvers += 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#publishing;
  }

  #publish(): void {
    const latest = this.#latest;
    if (latest === undefined || this.#publishing !== undefined) return;
    this.#publishing = this.#tell(latest)
      .catch(() => {})
      .finally(() => (this.#publishing = undefined));
  }

  async #tell(latest: RunStatus): Promise<void> {
    const { runs, fleet } = this.#transport;
    const [workers, budget] = await Promise.all([
      fleet.workers(),
      budgetStateOf(this.#transport, this.#plan),
    ]);
    const regions = this.#plan.scenario.regions.map(({ name }) => [name, workers[name] ?? 0] as const);
    const live = this.#toLiveStatus(latest, budget);
    await runs.publishStatus(this.#plan.runId, {
      ...live,
      detail: await this.#toDetail(latest, live),
      workers: Object.fromEntries(regions),
      takeOvers: this.#takeOvers,
    });
  }
}
