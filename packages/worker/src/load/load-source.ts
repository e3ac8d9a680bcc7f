/** What starts the requests of one target load. */
export interface LoadSource {
  /** Begins at the load's start; resolves when no further request will start. Rejects where it cannot go on. */
  run(): Promise<void>;
  /** Starts no further request. Repeatable, and good before `run` too. */
  stop(): void;
}
