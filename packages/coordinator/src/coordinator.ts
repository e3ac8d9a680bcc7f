import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { Dataset, ExitCode, RunEvent, RunPlan, StopReason, Transport } from '@tokenstorm/core';

/** How far ahead the start is set where all parts of a run are on one machine: every worker has heard of it when it comes. */
const startLeadMs = 50;

/** What it takes to lead a run. */
type LeadingTransport = Pick<Transport, 'datasets' | 'shards' | 'events' | 'clock'>;

export interface LeadingOptions {
  /** How far ahead the start is set; default 50 ms. Every region must have heard of it by then. */
  readonly startLeadMs?: number;
  /** With which exit code a worker's failure before the start ends the command; default: that of an internal error. */
  readonly failureExitCode?: ExitCode;
  /** Told, each time a shard is ready to start, how many of all are. */
  readonly onWarmedUp?: (shards: number, of: number) => void;
  /** Told what workers doubt before the start. */
  readonly onDoubt?: (doubt: string) => void;
}

/**
 * Leads a run: hands out its shards, waits until all are warm, sets the start, stops it early where asked to. Everything it does
 * may be done again, by itself or by another one for the same run.
 */
export class Coordinator {
  readonly #transport: LeadingTransport;
  readonly #plan: RunPlan;
  readonly #options: LeadingOptions;

  constructor(transport: LeadingTransport, plan: RunPlan, options: LeadingOptions = {}) {
    this.#transport = transport;
    this.#plan = plan;
    this.#options = options;
  }

  /** Puts the data sets and the shards, all or those of one region, where the workers find them. */
  async handOut(datasets: readonly Dataset[], region?: string): Promise<void> {
    for (const dataset of datasets) await this.#transport.datasets.put(dataset);
    const slices = this.#plan.shards.filter((slice) => region === undefined || slice.region === region);
    await this.#transport.shards.enqueue(slices.map((slice) => ({ ...slice, plan: this.#plan })));
  }

  /**
   * Waits until all shards have warmed up and sets the start, unless somebody else has: resolves with the wall-clock time of the
   * first start that was set, which is the one that counts. Rejects where a worker fails before, and with the signal's reason
   * once that aborts.
   */
  async start(signal: AbortSignal = new AbortController().signal): Promise<number> {
    const missing = new Set(this.#plan.shards.map((slice) => slice.shard));
    const all = missing.size;
    if (all === 0) await this.#setStart();
    for await (const { value: event } of this.#events.read({ signal })) {
      this.#failIfWorkerFailed(event);
      if (event.type === 'run-start') return event.startAtEpochMs;
      if (event.type === 'worker-doubt') this.#options.onDoubt?.(event.message);
      if (event.type !== 'warmed-up' || !missing.delete(event.shard)) continue;
      this.#options.onWarmedUp?.(all - missing.size, all);
      if (missing.size === 0) await this.#setStart();
    }
    throw signal.reason;
  }

  /** `drain` lets what is under way finish; `now` cancels it. Repeatable; `now` after `drain` hurries it up. */
  async stop(mode: 'drain' | 'now', reason: StopReason): Promise<void> {
    const atEpochMs = this.#transport.clock.epochMs();
    await this.#events.append({ type: 'run-stop', mode, reason, atEpochMs });
  }

  get #events() {
    return this.#transport.events(this.#plan.runId);
  }

  async #setStart(): Promise<void> {
    const leadMs = this.#options.startLeadMs ?? startLeadMs;
    await this.#events.append({
      type: 'run-start',
      startAtEpochMs: this.#transport.clock.epochMs() + leadMs,
    });
  }

  #failIfWorkerFailed(event: RunEvent): void {
    if (event.type !== 'worker-failed') return;
    const { workerId, message, hint, exitCode = this.#options.failureExitCode } = event;
    const options = { ...(hint !== undefined && { hint }), ...(exitCode !== undefined && { exitCode }) };
    const code = exitCode === exitCodes.usage ? 'E_FILE' : 'E_INTERNAL';
    // A preflight says by itself when that was.
    const what = message.replace(/^before the start: /, '');
    throw new TokenstormError(code, `worker ${workerId} failed before the start: ${what}`, options);
  }
}
