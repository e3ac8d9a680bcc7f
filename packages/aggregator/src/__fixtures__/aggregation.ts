import type { AggregationCheckpoint, LogEntry, MetricsSnapshot, RunEvent, RunPlan } from '@tokenstorm/core';
import { Aggregator } from '../aggregator.ts';
import type { AggregatorOptions } from '../aggregator.ts';
import type { RunStatus } from '../run-result.ts';
import type { MetricsWindow } from '../sum-window.ts';

/** A log that others append to while it is read. */
class OpenLog<T> {
  readonly entries: LogEntry<T>[] = [];
  #grown = Promise.withResolvers<void>();

  append(...values: readonly T[]): void {
    for (const value of values) this.entries.push({ id: String(this.entries.length + 1), value });
    this.#grown.resolve();
  }

  async *read({ afterId = '0', signal }: { afterId?: string; signal: AbortSignal }) {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    for (let index = Number(afterId); !signal.aborted;) {
      const entry = this.entries[index];
      if (entry === undefined) {
        this.#grown = Promise.withResolvers();
        await Promise.race([this.#grown.promise, aborted]);
      } else {
        index += 1;
        yield entry;
      }
    }
  }
}

/** A run being folded on a clock that only the test moves; looks at the silent every 2 ms of real time. */
export class Aggregation {
  readonly snapshots = new OpenLog<MetricsSnapshot>();
  readonly events = new OpenLog<RunEvent>();
  readonly windows: { readonly startMs: number; readonly completed: number }[] = [];
  readonly statuses: RunStatus[] = [];
  readonly plan: RunPlan;
  /** By `shard/epoch`: what is stored of epochs whose worker is gone. */
  readonly gone = new Map<string, number>();
  readonly asked = new Set<string>();
  nowMs = 0;
  mayWrite = true;
  isHeld = true;
  stored: AggregationCheckpoint | undefined;
  folded = 0;
  #lookCount = 0;

  constructor(plan: RunPlan) {
    this.plan = plan;
  }

  aggregator(options: Partial<AggregatorOptions> = {}, checkpoint = this.stored): Aggregator {
    return new Aggregator({
      lease: {
        plan: this.plan,
        ...(checkpoint !== undefined && { checkpoint }),
        advance: async (upToId, state) => {
          this.folded += 1;
          if (this.isHeld) this.stored = { upToId, state: state() };
          return this.isHeld;
        },
        mayStillWrite: () => {
          this.#lookCount += 1;
          return this.mayWrite && this.isHeld;
        },
        endEpoch: async (shard, epoch) => {
          this.asked.add(`${shard}/${epoch}`);
          return this.gone.get(`${shard}/${epoch}`);
        },
      },
      transport: {
        snapshots: () => ({
          append: unused,
          trim: unused,
          read: (options_) => this.snapshots.read(options_),
        }),
        events: () => ({
          append: async (event) => this.events.append(event),
          trim: unused,
          read: (options_) => this.events.read(options_),
        }),
      },
      clock: { nowMs: () => this.nowMs, epochMs: () => this.nowMs },
      lookMs: 2,
      onWindow: (window) => this.#take(window),
      onStatus: (status) => this.statuses.push(status),
      ...options,
    });
  }

  /** Lets so much time pass, second by second, as a clock does: the silent are looked at after each. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.nowMs += 1000;
      // Each look asks three times whether it may; one may be under way.
      const enough = this.#lookCount + 6;
      for (let turn = 0; turn < 50 && this.#lookCount < enough; turn += 1) await looks(1);
    }
  }

  #take({ startMs, totals }: MetricsWindow): void {
    this.windows.push({ startMs, completed: totals.figures().accounting.completed });
  }
}

/** Time for so many looks at the silent. */
export async function looks(count: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 4 * count));
}

function unused(): never {
  throw new Error('nothing asks for this');
}
