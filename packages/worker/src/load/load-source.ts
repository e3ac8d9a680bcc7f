/** What starts the requests of one target load. */
export interface LoadSource {
  /** Begins at the load's start; resolves when no further request will start. */
  run(): Promise<void>;
  /** Starts no further request. */
  stop(): void;
}
