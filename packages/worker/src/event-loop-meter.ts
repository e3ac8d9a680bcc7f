import { Trend } from '@tokenstorm/core';
import type { Clock, EncodedTrend } from '@tokenstorm/core';

/** What the meter looks at. */
export interface LoopSources {
  readonly clock: Clock;
  /** Time (ms) that the event loop has waited for events, ever. */
  readonly idleMs: () => number;
  /** The stamps of content events, taken at socket reads. */
  readonly stamps: {
    readonly count: number;
    wakeAt(dueMs: number, wake: () => void): void;
  };
}

/** What was seen since the last time it was taken. Absent where there is nothing. */
export interface LoopFigures {
  readonly stampErrorBound?: EncodedTrend;
  readonly eventLoopDelay?: EncodedTrend;
}

/**
 * Each poll batch gets a mark, at half a microsecond each, as long as there are at most so many in a millisecond beyond a
 * burst. Past that one mark ends several batches that share a bound, which is less than half a millisecond higher.
 */
const marksPerMs = 5;
const burst = 500;
/** Without stamps the next mark after that burst comes when this time is over. */
const longestWithoutMs = 5;
/** Weights of the delay's distribution: one for each microsecond. */
const weightsPerMs = 1000;

/**
 * Bounds how late the event loop came to what was ready. A `setImmediate` that sets itself again marks the ends of poll
 * batches; the time between two marks less the loop's idle time is the time in which it was busy and looked at no
 * socket. Not referenced, it keeps neither the process alive nor the loop from waiting.
 */
export class EventLoopMeter {
  readonly #sources: LoopSources;
  readonly #stampErrorBound = new Trend();
  readonly #delay = new Trend();
  readonly #arm = (): void => {
    if (this.#immediate !== undefined) return;
    this.#marksLeft -= 1;
    this.#immediate = setImmediate(this.#onImmediate).unref();
  };
  readonly #onImmediate = (): void => {
    this.#immediate = undefined;
    this.mark();
    this.#armWhenAllowed();
  };
  #immediate: NodeJS.Immediate | undefined;
  #longestWithout: NodeJS.Timeout | undefined;
  #markMs = 0;
  #idleMs = 0;
  #stamps = 0;
  /** Busy time before the last mark, since the one before that. */
  #previousBusyMs = 0;
  #marksLeft = burst;
  /** Whether no mark was left out since the last one. */
  #isOneBatch = true;

  constructor(sources: LoopSources) {
    this.#sources = sources;
  }

  /** Begins to measure, from this moment on. */
  start(): void {
    const { clock, idleMs, stamps } = this.#sources;
    this.stop();
    this.#markMs = clock.nowMs();
    this.#idleMs = idleMs();
    this.#stamps = stamps.count;
    this.#previousBusyMs = 0;
    this.#marksLeft = burst;
    this.#isOneBatch = true;
    this.#stampErrorBound.reset();
    this.#delay.reset();
    this.#longestWithout = setTimeout(this.#arm, longestWithoutMs).unref();
    this.#arm();
  }

  stop(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    clearTimeout(this.#longestWithout);
    this.#sources.stamps.wakeAt(Infinity, () => {});
  }

  /** Ends a poll batch: its stamps, and the time it took, are accounted for. */
  mark(): void {
    const nowMs = this.#sources.clock.nowMs();
    const idleMs = this.#sources.idleMs();
    const waitedMs = idleMs - this.#idleMs;
    const busyMs = Math.max(0, nowMs - this.#markMs - waitedMs);
    this.#countStamps(busyMs, waitedMs);
    this.#delay.recordMany(busyMs, Math.round(busyMs * weightsPerMs));
    this.#delay.recordMany(0, Math.round(waitedMs * weightsPerMs));
    this.#marksLeft = Math.min(burst, this.#marksLeft + (nowMs - this.#markMs) * marksPerMs);
    this.#markMs = nowMs;
    this.#idleMs = idleMs;
    this.#previousBusyMs = busyMs;
  }

  /** The figures up to now, the present batch's stamps included; each is given once. */
  take(): LoopFigures {
    const waitedMs = this.#sources.idleMs() - this.#idleMs;
    this.#countStamps(Math.max(0, this.#sources.clock.nowMs() - this.#markMs - waitedMs), waitedMs);
    const stampErrorBound = taken(this.#stampErrorBound);
    const eventLoopDelay = taken(this.#delay);
    return {
      ...(stampErrorBound !== undefined && { stampErrorBound }),
      ...(eventLoopDelay !== undefined && { eventLoopDelay }),
    };
  }

  /**
   * What a batch reads after a wait became ready when that wait ended, or later. Without a wait it may have been ready
   * since just after the poll before, which lies before the last mark, but not before the one before that.
   */
  #countStamps(busyMs: number, waitedMs: number): void {
    const count = this.#sources.stamps.count - this.#stamps;
    if (count === 0) return;
    const waitedFirst = this.#isOneBatch && waitedMs > 0;
    this.#stampErrorBound.recordMany(waitedFirst ? busyMs : this.#previousBusyMs + busyMs, count);
    this.#stamps += count;
  }

  #armWhenAllowed(): void {
    this.#isOneBatch = this.#marksLeft >= 1;
    if (this.#isOneBatch) return this.#arm();
    this.#sources.stamps.wakeAt(this.#markMs + (1 - this.#marksLeft) / marksPerMs, this.#arm);
    this.#longestWithout?.refresh();
  }
}

function taken(trend: Trend): EncodedTrend | undefined {
  if (trend.count === 0) return undefined;
  const encoded = trend.encode();
  trend.reset();
  return encoded;
}
