import { e2eOf, ttftOf } from '@tokenstorm/core';
import type { CallSummary, RequestErrorKind, RequestRecord, SeriesLabels } from '@tokenstorm/core';

const kept = 5;

interface Call {
  readonly record: RequestRecord;
  readonly labels: SeriesLabels;
}

/**
 * The calls of an interval that are worth showing: the slowest, the latest, and one for each kind of error. Warm-up
 * requests are not: nothing of them is in the numbers that the calls stand beside.
 */
export class CallSample {
  #slowest: (Call & { readonly durationMs: number })[] = [];
  /** A ring: the next completed call takes the place of the oldest. */
  readonly #latest: Call[] = [];
  #next = 0;
  readonly #failed = new Map<RequestErrorKind, Call>();

  add(record: RequestRecord, labels: SeriesLabels): void {
    if (record.phase === 'warmup') return;
    if (record.failure !== undefined) this.#addFailure(record.failure.kind, { record, labels });
    if (record.outcome === 'completed') this.#addCompleted({ record, labels });
  }

  /** Each call once, in the order of their ends; the next interval begins. */
  take(): readonly CallSummary[] {
    const calls = [...this.#slowest, ...this.#latest, ...this.#failed.values()];
    const byRecord = new Map(calls.map((call) => [call.record, call]));
    this.#slowest = [];
    this.#latest.length = 0;
    this.#next = 0;
    this.#failed.clear();
    return [...byRecord.values()].toSorted((a, b) => a.record.endMs - b.record.endMs).map(callSummary);
  }

  #addFailure(kind: RequestErrorKind, call: Call): void {
    if (!this.#failed.has(kind)) this.#failed.set(kind, call);
  }

  #addCompleted(call: Call): void {
    this.#latest[this.#next] = call;
    this.#next = (this.#next + 1) % kept;
    const durationMs = durationOf(call.record);
    const fastestKeptMs = this.#slowest.length < kept ? -Infinity : (this.#slowest.at(-1)?.durationMs ?? 0);
    if (durationMs <= fastestKeptMs) return;
    this.#slowest = [...this.#slowest, { ...call, durationMs }]
      .toSorted((a, b) => b.durationMs - a.durationMs)
      .slice(0, kept);
  }
}

/** To the last content of a completed request, to the end of another one. */
function durationOf(record: RequestRecord): number {
  return e2eOf(record) ?? record.endMs - startOf(record);
}

function startOf(record: RequestRecord): number {
  return record.attempts.at(-1)?.startMs ?? record.intendedStartMs;
}

function callSummary({ record, labels }: Call): CallSummary {
  const ttftMs = ttftOf(record);
  return {
    labels,
    startMs: startOf(record),
    outcome: record.outcome,
    e2eMs: durationOf(record),
    ...(ttftMs !== undefined && { ttftMs }),
    ...(record.usage.inputTokens !== undefined && { inputTokens: record.usage.inputTokens }),
    ...(record.usage.outputTokens !== undefined && { outputTokens: record.usage.outputTokens }),
    ...(record.failure !== undefined && {
      errorKind: record.failure.kind,
      message: record.failure.message,
    }),
  };
}
