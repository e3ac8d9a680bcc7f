import { TokenstormError } from '@tokenstorm/core';
import type { Dataset, RunEvent, RunPlan, StopReason, Transport } from '@tokenstorm/core';

/** How far ahead the start is set, so that every worker has heard of it when it comes. */
const startLeadMs = 50;

/** What it takes to lead a run. */
type LeadingTransport = Pick<Transport, 'datasets' | 'shards' | 'events' | 'clock'>;

/** Leads a run: hands out its shards, waits until all are warm, sets the start, stops it early where asked to. */
export class Coordinator {
  readonly #transport: LeadingTransport;
  readonly #plan: RunPlan;
  readonly #datasets: readonly Dataset[];

  constructor(transport: LeadingTransport, plan: RunPlan, datasets: readonly Dataset[]) {
    this.#transport = transport;
    this.#plan = plan;
    this.#datasets = datasets;
  }

  /** Enqueues the shards and resolves, with the wall-clock time of the start, once all of them have warmed up. */
  async start(): Promise<number> {
    for (const dataset of this.#datasets) await this.#transport.datasets.put(dataset);
    await this.#transport.shards.enqueue(this.#plan.shards.map((slice) => ({ ...slice, plan: this.#plan })));
    await this.#warmedUp();
    const startAtEpochMs = this.#transport.clock.epochMs() + startLeadMs;
    await this.#transport.events.append({ type: 'run-start', startAtEpochMs });
    return startAtEpochMs;
  }

  /** `drain` lets what is under way finish; `now` cancels it. Repeatable; `now` after `drain` hurries it up. */
  async stop(mode: 'drain' | 'now', reason: StopReason): Promise<void> {
    await this.#transport.events.append({ type: 'run-stop', mode, reason });
  }

  async #warmedUp(): Promise<void> {
    const missing = new Set(this.#plan.shards.map((slice) => slice.shard));
    const done = new AbortController();
    if (missing.size === 0) return;
    for await (const { value: event } of this.#transport.events.read({ signal: done.signal })) {
      failIfWorkerFailed(event);
      if (event.type === 'warmed-up') missing.delete(event.shard);
      if (missing.size === 0) done.abort();
    }
  }
}

function failIfWorkerFailed(event: RunEvent): void {
  if (event.type !== 'worker-failed') return;
  throw new TokenstormError(
    'E_INTERNAL',
    `worker ${event.workerId} failed before the start: ${event.message}`,
  );
}
