import type { IterationRange } from '@tokenstorm/core';

/** The iterations that the shards of closed loops draw from, by run and counter. */
export class MemoryIterations {
  readonly #taken = new Map<string, Map<string, number>>();

  take(runId: string, counter: string, wanted: number, limit: number): IterationRange {
    const ofRun = this.#taken.get(runId) ?? new Map<string, number>();
    this.#taken.set(runId, ofRun);
    const first = ofRun.get(counter) ?? 0;
    const count = Math.max(0, Math.min(wanted, limit - first));
    ofRun.set(counter, first + count);
    return { first, count };
  }
}
