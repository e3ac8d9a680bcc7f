/** The only source of time. Durations come from `nowMs`; `epochMs` is for identity and exporters, never for a latency. */
export interface Clock {
  /** Monotonic milliseconds with sub-microsecond resolution, from an arbitrary origin of this process. */
  nowMs(): number;
  /** Wall clock: milliseconds since the Unix epoch. */
  epochMs(): number;
  /**
   * How far `epochMs` may be from the clock that the parts of a run agree on, ms, as far as readings of it can tell: where the
   * way there takes as long as the way back. Absent where it is that clock.
   */
  errorMs?(): number;
  /** The same whatever the two ways are like: half of what a reading takes, ms. */
  errorBoundMs?(): number;
}
