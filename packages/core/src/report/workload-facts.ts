import { loadDurationMs, loadPeak } from '../load/course.ts';
import { isOpenLoop } from '../load/load-profile.ts';
import type { LoadProfile } from '../load/load-profile.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { WorkloadFacts } from './report.ts';

/** What a scenario asks for, one entry per workload, as the report's header names it. */
export function workloadFacts(scenario: Scenario): WorkloadFacts[] {
  return scenario.workloads.map((workload) => ({
    scenario: workload.name,
    executor: workload.load.executor,
    targets: workload.targets,
    ...loadFacts(workload.load),
  }));
}

type LoadFacts = Pick<WorkloadFacts, 'requests' | 'concurrency' | 'rate_per_second' | 'duration_s'>;

const nothingSet: LoadFacts = { requests: null, concurrency: null, rate_per_second: null, duration_s: null };

function loadFacts(load: LoadProfile): LoadFacts {
  if (load.executor === 'shared-iterations') {
    return { ...nothingSet, requests: load.iterations, concurrency: load.vus };
  }
  const most = loadPeak(load);
  const durationMs = loadDurationMs(load);
  const duration_s = durationMs === undefined ? null : durationMs / 1000;
  return isOpenLoop(load)
    ? { ...nothingSet, rate_per_second: most, duration_s }
    : { ...nothingSet, concurrency: most, duration_s };
}
