import type { CallSummary } from '@tokenstorm/core';

const kept = 10;

/** The run's calls that are worth showing, in bounded number: the slowest, the latest, one for each kind of error. */
export class CallList {
  #slowest: CallSummary[] = [];
  #latest: CallSummary[] = [];
  readonly #failed = new Map<string, CallSummary>();

  add(calls: readonly CallSummary[]): void {
    for (const call of calls) {
      if (call.errorKind !== undefined && !this.#failed.has(call.errorKind)) this.#failed.set(call.errorKind, call);
    }
    const completed = calls.filter((call) => call.outcome === 'completed');
    this.#slowest = [...this.#slowest, ...completed].toSorted(bySlowness).slice(0, kept);
    this.#latest = [...this.#latest, ...completed].toSorted((a, b) => a.startMs - b.startMs).slice(-kept);
  }

  /** Each call once: failures, then slowest first, then the latest. */
  all(): readonly CallSummary[] {
    return [...new Set([...this.#failed.values(), ...this.#slowest, ...this.#latest])];
  }
}

function bySlowness(a: CallSummary, b: CallSummary): number {
  return (b.e2eMs ?? 0) - (a.e2eMs ?? 0);
}
