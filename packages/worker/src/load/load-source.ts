import type { IterationRange, StreamState } from '@tokenstorm/core';
import type { PhaseCounts } from './target-load.ts';

/** What starts the requests of one target load. */
export interface LoadSource {
  /**
   * Takes the load up where the holders before left it; once, before `run`. Resolves to how many requests of it are not to
   * start here, because they were theirs or are overdue; undefined where it was stopped meanwhile.
   */
  takeUp(): Promise<PhaseCounts | undefined>;
  /** Begins at the load's start; resolves when no further request will start. Rejects where it cannot go on. */
  run(): Promise<void>;
  /** Starts no further request. Repeatable, and good before `run` too. */
  stop(): void;
  /**
   * Another worker goes on: with what is due more than `leadMs` from now, where that can be told apart, so that nothing is late while
   * the shard changes hands; else with all that has not begun. What is due until then still starts here: resolves when it has.
   * Once more with 0, nothing of that starts any more.
   */
  handOver(leadMs: number): Promise<void>;
  /** Requests that are to start here, after all, since `handOver`. */
  readonly ahead: PhaseCounts;
  /** Resolves when, after a stop, nothing it had asked for is outstanding. */
  settled(): Promise<void>;
  /** Iterations that are reserved and have not begun. */
  leftover(): readonly IterationRange[];
  /** From where its schedule goes on after so many of its arrivals, as many as are done; undefined where there is no schedule. */
  stateAt(position: number): StreamState | undefined;
}
