/**
 * How the requests of one workload start over time. Names are k6's executor names: the arrival-rate executors are
 * open loop (starts follow a schedule, whatever the server does), the others closed loop (a virtual user sends its
 * next request when its last one ended). Rates and virtual users are those of the whole run, over all regions,
 * for each target of the workload.
 */
export type LoadProfile = OpenLoopProfile | ClosedLoopProfile;

export type OpenLoopProfile = ConstantArrivalRate | RampingArrivalRate;
export type ClosedLoopProfile = ConstantVus | RampingVus | SharedIterations;

export interface ConstantArrivalRate {
  readonly executor: 'constant-arrival-rate';
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly arrivals: ArrivalLaw;
  /** Beyond this many unfinished requests an arrival is dropped and counted. Waiting for admission counts as in flight. */
  readonly maxInFlight: number;
}

export interface RampingArrivalRate {
  readonly executor: 'ramping-arrival-rate';
  readonly startRatePerSecond: number;
  readonly stages: readonly Stage[];
  readonly arrivals: ArrivalLaw;
  readonly maxInFlight: number;
}

export interface ConstantVus {
  readonly executor: 'constant-vus';
  readonly vus: number;
  readonly durationMs: number;
  readonly thinkTimeMs: Distribution;
}

export interface RampingVus {
  readonly executor: 'ramping-vus';
  readonly startVus: number;
  readonly stages: readonly Stage[];
  readonly thinkTimeMs: Distribution;
}

/** `iterations` requests drawn by `vus` virtual users: `requests` and `concurrency` in a scenario file. */
export interface SharedIterations {
  readonly executor: 'shared-iterations';
  readonly vus: number;
  readonly iterations: number;
  readonly thinkTimeMs: Distribution;
}

/** A linear change from the value before to `target` (requests per second, or virtual users) over `durationMs`. */
export interface Stage {
  readonly durationMs: number;
  readonly target: number;
}

/** Law of the gaps between arrivals. `burstiness` is the gamma shape: 1 is Poisson, below 1 burstier, above 1 more even. */
export type ArrivalLaw = 'constant' | 'poisson' | { readonly gamma: { readonly burstiness: number } };

/** A random quantity; `normal` and `lognormal` take the mean and standard deviation of the quantity itself. Never below 0. */
export type Distribution =
  | { readonly kind: 'fixed'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly stddev: number }
  | { readonly kind: 'lognormal'; readonly mean: number; readonly stddev: number };

/** One planned request start. `offsetMs` is measured from the workload's start and is final: nothing later may move it. */
export interface Arrival {
  readonly index: number;
  readonly offsetMs: number;
}

export function isOpenLoop(load: LoadProfile): load is OpenLoopProfile {
  return load.executor === 'constant-arrival-rate' || load.executor === 'ramping-arrival-rate';
}
