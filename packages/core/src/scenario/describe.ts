import { plannedArrivals } from '../load/arrivals.ts';
import { loadDurationMs, loadPeak } from '../load/course.ts';
import { isOpenLoop } from '../load/load-profile.ts';
import type { LoadProfile } from '../load/load-profile.ts';
import type { Scenario } from './scenario.ts';

/** What one workload is going to do to one of its targets, over all regions. */
export interface PlannedLoad {
  readonly workload: string;
  /** Key of the target. */
  readonly target: string;
  readonly executor: LoadProfile['executor'];
  /** Delay from the run's start. */
  readonly startAfterMs: number;
  /** From the first request's start to the last one's; absent where it depends on the server (shared-iterations). */
  readonly durationMs?: number;
  /** Exact for shared-iterations, the integral of the rate (so maybe a fraction) for an open loop, unknown for virtual users. */
  readonly expectedRequests?: number;
  /** Highest rate of an open loop. */
  readonly peakArrivalsPerSecond?: number;
  /** Most virtual users of a closed loop. */
  readonly peakVus?: number;
}

/** The load that a scenario plans, for each workload and target in the scenario's order. */
export function plannedLoad(scenario: Scenario): readonly PlannedLoad[] {
  return scenario.workloads.flatMap(({ name, targets, load, startAfterMs }) => {
    const durationMs = loadDurationMs(load);
    return targets.map((target) => ({
      workload: name,
      target,
      executor: load.executor,
      startAfterMs,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...amountOf(load),
    }));
  });
}

/** Ms from the run's start to the last planned start of a request; `undefined` where a workload's end is not planned. */
export function runDurationMs(scenario: Pick<Scenario, 'workloads'>): number | undefined {
  let latestMs = 0;
  for (const { load, startAfterMs } of scenario.workloads) {
    const durationMs = loadDurationMs(load);
    if (durationMs === undefined) return undefined;
    latestMs = Math.max(latestMs, startAfterMs + durationMs);
  }
  return latestMs;
}

type Amount = Pick<PlannedLoad, 'expectedRequests' | 'peakArrivalsPerSecond' | 'peakVus'>;

function amountOf(load: LoadProfile): Amount {
  if (isOpenLoop(load)) {
    return { expectedRequests: plannedArrivals(load, 1), peakArrivalsPerSecond: loadPeak(load) };
  }
  if (load.executor !== 'shared-iterations') return { peakVus: loadPeak(load) };
  return { expectedRequests: load.iterations, peakVus: Math.min(load.vus, load.iterations) };
}
