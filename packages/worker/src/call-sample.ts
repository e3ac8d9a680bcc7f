import type { CallSummary, RequestErrorKind, RequestRecord, SeriesLabels } from '@tokenstorm/core';

const kept = 5;

/** The calls of an interval that are worth showing: the slowest, the latest, and one for each kind of error. */
export class CallSample {
  #slowest: CallSummary[] = [];
  #latest: CallSummary[] = [];
  readonly #failed = new Map<RequestErrorKind, CallSummary>();

  add(record: RequestRecord, labels: SeriesLabels): void {
    if (record.outcome === 'failed') this.#addFailure(record, labels);
    if (record.outcome !== 'completed') return;
    if (this.#latest.length < kept || this.#isSlow(record)) this.#addCompleted(callSummary(record, labels));
  }

  take(): readonly CallSummary[] {
    const calls = [...new Set([...this.#slowest, ...this.#latest, ...this.#failed.values()])];
    this.#slowest = [];
    this.#latest = [];
    this.#failed.clear();
    return calls;
  }

  #addFailure(record: RequestRecord, labels: SeriesLabels): void {
    const kind = record.failure?.kind;
    if (kind !== undefined && !this.#failed.has(kind)) this.#failed.set(kind, callSummary(record, labels));
  }

  #isSlow(record: RequestRecord): boolean {
    const fastestKept = this.#slowest.at(-1)?.e2eMs ?? 0;
    return this.#slowest.length < kept || durationMs(record) > fastestKept;
  }

  #addCompleted(call: CallSummary): void {
    this.#latest = [...this.#latest, call].slice(-kept);
    this.#slowest = [...this.#slowest, call].toSorted((a, b) => (b.e2eMs ?? 0) - (a.e2eMs ?? 0)).slice(0, kept);
  }
}

function durationMs(record: RequestRecord): number {
  return (record.lastTokenMs ?? record.endMs) - startOf(record);
}

function startOf(record: RequestRecord): number {
  return record.attempts.at(-1)?.startMs ?? record.intendedStartMs;
}

function callSummary(record: RequestRecord, labels: SeriesLabels): CallSummary {
  const startMs = startOf(record);
  return {
    labels,
    startMs,
    outcome: record.outcome,
    e2eMs: durationMs(record),
    ...(record.firstTokenMs !== undefined && { ttftMs: record.firstTokenMs - startMs }),
    ...(record.usage.inputTokens !== undefined && { inputTokens: record.usage.inputTokens }),
    ...(record.usage.outputTokens !== undefined && { outputTokens: record.usage.outputTokens }),
    ...(record.failure !== undefined && {
      errorKind: record.failure.kind,
      message: record.failure.message,
    }),
  };
}
