import type { CallSummary } from '@tokenstorm/core';

const kept = 10;

/** A `CallList` as plain data. */
export interface CallListState {
  readonly slowest: readonly CallSummary[];
  readonly latest: readonly CallSummary[];
  readonly failed: readonly (readonly [errorKind: string, call: CallSummary])[];
}

/**
 * The run's calls that are worth showing, in bounded number: the slowest, the latest, the first one of each kind of
 * error. The same whatever the order in which the shards' calls come.
 */
export class CallList {
  #slowest: readonly CallSummary[] = [];
  #latest: readonly CallSummary[] = [];
  #failed = new Map<string, CallSummary>();

  state(): CallListState {
    return { slowest: this.#slowest, latest: this.#latest, failed: [...this.#failed] };
  }

  restore({ slowest, latest, failed }: CallListState): void {
    this.#slowest = slowest;
    this.#latest = latest;
    this.#failed = new Map(failed);
  }

  add(calls: readonly CallSummary[]): void {
    for (const call of calls) this.#addFailure(call);
    const completed = calls.filter((call) => call.outcome === 'completed');
    this.#slowest = [...this.#slowest, ...completed].toSorted(bySlowness).slice(0, kept);
    this.#latest = [...this.#latest, ...completed].toSorted(byStart).slice(-kept);
  }

  /** Each call once: failures by their start, then the slowest first, then the latest. */
  all(): readonly CallSummary[] {
    const failed = [...this.#failed.values()].toSorted(byStart);
    return [...new Set([...failed, ...this.#slowest, ...this.#latest])];
  }

  #addFailure(call: CallSummary): void {
    if (call.errorKind === undefined) return;
    const first = this.#failed.get(call.errorKind);
    if (first === undefined || byStart(call, first) < 0) this.#failed.set(call.errorKind, call);
  }
}

function bySlowness(a: CallSummary, b: CallSummary): number {
  return (b.e2eMs ?? 0) - (a.e2eMs ?? 0) || byStart(a, b);
}

/** Of several calls that start at once the one that ends first comes first. */
function byStart(a: CallSummary, b: CallSummary): number {
  return a.startMs - b.startMs || (a.e2eMs ?? 0) - (b.e2eMs ?? 0);
}
