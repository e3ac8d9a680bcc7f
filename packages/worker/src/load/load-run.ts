import { loadDurationMs } from '@tokenstorm/core';
import type { Clock } from '@tokenstorm/core';
import { longestTimerMs } from '../pacing/longest-timer.ts';
import type { StopMode } from '../run-control.ts';
import type { LoadSource } from './load-source.ts';
import type { TargetLoad } from './target-load.ts';

/** What ending a target load needs of it. */
type EndingLoad = Pick<TargetLoad, 'workload' | 'startMs' | 'cancelAll' | 'idle' | 'endMeasuring'>;

/** A target load with what starts its requests, from the run's start to the last outcome. */
export class LoadRun {
  readonly #load: EndingLoad;
  readonly #source: Pick<LoadSource, 'run' | 'stop' | 'handOver'>;
  readonly #clock: Clock;
  /** Monotonic ms at which the graceful stop is over. */
  #cancelAtMs = Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isHandedOver = false;
  #isOver = false;

  constructor(load: EndingLoad, source: Pick<LoadSource, 'run' | 'stop' | 'handOver'>, clock: Clock) {
    this.#load = load;
    this.#source = source;
    this.#clock = clock;
  }

  /** Resolves when no request will start and none is under way: those that are have their graceful stop, and are cancelled after it. */
  async run(): Promise<void> {
    await this.#source.run();
    // Where others go on with the load, it ends by its own profile, or by a stop.
    this.#endBy(this.#isHandedOver ? Math.max(this.#clock.nowMs(), this.#profileEndMs) : this.#clock.nowMs());
    await this.#load.idle();
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /** Starts no further request, from `atMs` of the run on; `now` cancels those under way. Repeatable. */
  stop(mode: StopMode, atMs: number): void {
    const wasHandedOver = this.#isHandedOver;
    this.#source.stop();
    this.#load.endMeasuring(atMs);
    if (mode === 'now') this.#load.cancelAll();
    else if (wasHandedOver) this.#endBy(this.#clock.nowMs());
  }

  /** Starts nothing more but what is due within `leadMs`: another worker does. What is under way goes on as if nothing had happened. */
  async handOver(leadMs: number): Promise<void> {
    this.#isHandedOver = true;
    await this.#source.handOver(leadMs);
  }

  get #profileEndMs(): number {
    return this.#load.startMs + (loadDurationMs(this.#load.workload.load) ?? Infinity);
  }

  /** Nothing of the load starts after this monotonic ms. */
  #endBy(endMs: number): void {
    this.#cancelAtMs = Math.min(this.#cancelAtMs, endMs + this.#load.workload.gracefulStopMs);
    clearTimeout(this.#timer);
    if (this.#isOver || this.#cancelAtMs === Infinity) return;
    const leftMs = Math.max(0, this.#cancelAtMs - this.#clock.nowMs());
    this.#timer = setTimeout(() => this.#load.cancelAll(), Math.min(leftMs, longestTimerMs));
  }
}
