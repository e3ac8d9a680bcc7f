import { longestTimerMs } from '../pacing/longest-timer.ts';
import type { StopMode } from '../run-control.ts';
import type { LoadSource } from './load-source.ts';
import type { TargetLoad } from './target-load.ts';

/** What ending a target load needs of it. */
type EndingLoad = Pick<TargetLoad, 'workload' | 'cancelAll' | 'idle' | 'endMeasuring'>;

/** A target load with what starts its requests, from the run's start to the last outcome. */
export class LoadRun {
  readonly #load: EndingLoad;
  readonly #source: LoadSource;

  constructor(load: EndingLoad, source: LoadSource) {
    this.#load = load;
    this.#source = source;
  }

  /** Resolves when no request will start and none is under way: those that are have their graceful stop, and are cancelled after it. */
  async run(): Promise<void> {
    await this.#source.run();
    const { gracefulStopMs } = this.#load.workload;
    const timer = setTimeout(() => this.#load.cancelAll(), Math.min(gracefulStopMs, longestTimerMs));
    await this.#load.idle();
    clearTimeout(timer);
  }

  /** Starts no further request, from `atMs` of the run on; `now` cancels those under way. Repeatable. */
  stop(mode: StopMode, atMs: number): void {
    this.#source.stop();
    this.#load.endMeasuring(atMs);
    if (mode === 'now') this.#load.cancelAll();
  }
}
