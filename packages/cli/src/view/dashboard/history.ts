import type { LiveLatency, LiveSlice } from '../live-status-detail.ts';
import type { LiveStatus } from '../live-status.ts';

/** As many statuses as the widest sparkline has columns. */
const kept = 240;

/** How the figures of one slice have gone, a value for each status, oldest first; undefined where there was none. */
export interface SliceHistory {
  readonly startsPerSecond: readonly (number | undefined)[];
  readonly outputTokensPerSecond: readonly (number | undefined)[];
  /** p95 of the last seconds. */
  readonly p95: Readonly<Record<LiveLatency, readonly (number | undefined)[]>>;
  readonly p50: Readonly<Record<LiveLatency, readonly (number | undefined)[]>>;
}

interface Point {
  readonly slice: Pick<LiveSlice, 'startsPerSecond' | 'outputTokensPerSecond' | 'recent'>;
}

/** How a run has gone so far, slice by slice. */
export class History {
  readonly #points = new Map<string, Point[]>();
  readonly #inFlight: number[] = [];
  #latestMs = -Infinity;

  /** Takes in a status; one of no later moment than the last is known already. */
  add(status: LiveStatus): void {
    if (status.elapsedMs <= this.#latestMs) return;
    this.#latestMs = status.elapsedMs;
    push(this.#inFlight, status.inFlight);
    for (const slice of status.detail?.slices ?? []) {
      const key = sliceKey(slice);
      const points = this.#points.get(key) ?? [];
      this.#points.set(key, points);
      push(points, { slice });
    }
  }

  get inFlight(): readonly number[] {
    return this.#inFlight;
  }

  of(slice: Pick<LiveSlice, 'kind' | 'name'>): SliceHistory {
    const points = this.#points.get(sliceKey(slice)) ?? [];
    const values = (name: LiveLatency, index: 0 | 1) =>
      points.map((point) => point.slice.recent[name]?.[index]);
    const latencies = (index: 0 | 1) => ({
      ttft: values('ttft', index),
      e2e: values('e2e', index),
      icl: values('icl', index),
      tpot: values('tpot', index),
    });
    return {
      startsPerSecond: points.map((point) => point.slice.startsPerSecond),
      outputTokensPerSecond: points.map((point) => point.slice.outputTokensPerSecond),
      p50: latencies(0),
      p95: latencies(1),
    };
  }
}

/** A text that two slices share exactly when they are of the same requests. */
export function sliceKey({ kind, name }: Pick<LiveSlice, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function push<T>(values: T[], value: T): void {
  values.push(value);
  if (values.length > kept) values.shift();
}
