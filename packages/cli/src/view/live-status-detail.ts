import type { ValidityLevel } from '@tokenstorm/core';

/** The latencies of a streamed answer that a live view follows. */
export const liveLatencies = ['ttft', 'e2e', 'icl', 'tpot'] as const;
export type LiveLatency = (typeof liveLatencies)[number];

/** p50, p95 and p99, ms. */
export type LivePercentiles = readonly [p50: number, p95: number, p99: number];
/** What has no value yet is absent. */
export type LiveLatencies = Readonly<Partial<Record<LiveLatency, LivePercentiles>>>;

/** What the dashboard shows of a run beyond its `LiveStatus`: plain JSON of a few hundred bytes a slice. */
export interface LiveDetail {
  /** Requests a second that the open loops ask for now; absent where there is none. */
  readonly askedPerSecond?: number;
  /** `$0.42`; absent where a price is unknown. */
  readonly cost?: string;
  /** What is used of the budget, with its limits; absent where there is none. */
  readonly budget?: string;
  /** The whole run first; then each target, scenario and region, where there are several of them. */
  readonly slices: readonly LiveSlice[];
  /** What runs in each region. */
  readonly regions: readonly LiveRegion[];
  /** In the scenario's order. */
  readonly thresholds: readonly LiveThreshold[];
  readonly lights: readonly LiveLight[];
}

/** A part of the load. The counts are those of the report so far, so without the warm-up. */
export interface LiveSlice {
  readonly kind: 'all' | 'target' | 'scenario' | 'region';
  readonly name: string;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly lost: number;
  /** By error kind. */
  readonly errors: Readonly<Record<string, number>>;
  /** Over the last seconds, as the latencies in `recent`. */
  readonly startsPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly recent: LiveLatencies;
  /** Of the whole run so far. */
  readonly sofar: LiveLatencies;
}

export interface LiveRegion {
  readonly region: string;
  readonly inFlight: number;
  /** CPU time / elapsed time of its busiest worker. */
  readonly cpuRatio?: number;
}

/** A threshold as it would end if the run were over. */
export interface LiveThreshold {
  /** `ttft: p(95) < 800ms`. */
  readonly rule: string;
  /** `unknown` without data. */
  readonly state: 'passing' | 'failing' | 'unknown';
  /** The value that is compared, with its unit. */
  readonly measured: string;
}

/** One of the things that the validity is judged by. */
export interface LiveLight {
  readonly name: 'lag' | 'stamps' | 'cpu' | 'clock' | 'lost' | 'knee' | 'errors';
  /** What the report would say if the run were over; `unknown` without data. */
  readonly level: ValidityLevel | 'unknown';
  /** In ms for `lag`, `stamps` and `clock`, else a share, 0..1. */
  readonly measured?: number;
  /** From here on it is suspect, in the same unit. */
  readonly limit?: number;
}

/** What is published comes from another process, which may be of another version. */
export function isLiveDetail(value: unknown): value is LiveDetail {
  if (typeof value !== 'object' || value === null) return false;
  const { slices, regions, thresholds, lights } = value as Partial<Record<keyof LiveDetail, unknown>>;
  const lists = [slices, regions, thresholds, lights].every(isListOfObjects);
  return (
    lists && (slices as readonly Partial<LiveSlice>[]).length > 0 && (slices as LiveSlice[]).every(isSlice)
  );
}

function isListOfObjects(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
}

function isSlice({ errors, recent, sofar, startsPerSecond }: Partial<Record<keyof LiveSlice, unknown>>) {
  return (
    [errors, recent, sofar].every((one) => typeof one === 'object' && one !== null) &&
    typeof startsPerSecond === 'number'
  );
}
