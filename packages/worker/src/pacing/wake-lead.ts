/** Longest lead: the wait for a due time must stay a small part of what it costs to send a request. */
const longestMs = 0.5;
/** Weight of the newest lateness. */
const smoothing = 0.05;

/** How much too late an alarm usually rings, learnt from how late it rang. */
export class WakeLead {
  #ms = 0;

  get ms(): number {
    return this.#ms;
  }

  /** `lateMs`: from the time that was set to the ring. A long hold-up of the process says nothing of the alarm. */
  observe(lateMs: number): void {
    this.#ms += smoothing * (Math.min(Math.max(lateMs, 0), longestMs) - this.#ms);
  }
}
