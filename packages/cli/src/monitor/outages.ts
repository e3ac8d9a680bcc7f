import type { MonitoredCall } from './monitored-call.ts';

/** Failed calls in a row that make an outage. */
const callsOfOutage = 2;

/** A target ceased to answer, or answers again. */
export interface OutageChange {
  readonly target: string;
  readonly kind: 'began' | 'ended';
  /** When the first failed call of it was sent, epoch ms. */
  readonly sinceMs: number;
  readonly atMs: number;
  /** Failed calls so far. */
  readonly failed: number;
  readonly call: MonitoredCall;
}

interface Row {
  readonly sinceMs: number;
  failed: number;
}

/** Watches each target for outages: two failed calls in a row or more. */
export class Outages {
  readonly #rows = new Map<string, Row>();

  /** Takes a call that ended; one that was cancelled says nothing. */
  observe(call: MonitoredCall): OutageChange | undefined {
    if (call.outcome === 'cancelled') return undefined;
    const atMs = Date.parse(call.at);
    if (call.outcome === 'completed') return this.#end(call, atMs);
    const row = this.#rows.get(call.target) ?? { sinceMs: atMs, failed: 0 };
    row.failed += 1;
    this.#rows.set(call.target, row);
    if (row.failed !== callsOfOutage) return undefined;
    return { target: call.target, kind: 'began', ...row, atMs, call };
  }

  isOut(target: string): boolean {
    return (this.#rows.get(target)?.failed ?? 0) >= callsOfOutage;
  }

  #end(call: MonitoredCall, atMs: number): OutageChange | undefined {
    const row = this.#rows.get(call.target);
    this.#rows.delete(call.target);
    if (row === undefined || row.failed < callsOfOutage) return undefined;
    return { target: call.target, kind: 'ended', ...row, atMs, call };
  }
}
