import type { IterationRange } from '@tokenstorm/core';
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
  /** Resolves when, after a stop, nothing it had asked for is outstanding. */
  settled(): Promise<void>;
  /** Iterations that are reserved and have not begun. */
  leftover(): readonly IterationRange[];
}
