import type { RunFacts, WorkloadFacts } from '../report/report.ts';

/** What a run was asked to do, as far as it must be the same on both sides. */
export type RunLoad = Pick<RunFacts, 'regions' | 'workloads'>;

/** Sentences on how the loads of two sides differ; none where they are the same. */
export function loadDoubts(base: readonly RunLoad[], next: readonly RunLoad[]): readonly string[] {
  const [before, after] = [base, next].map((runs) => loadsOf(runs)) as [Set<string>, Set<string>];
  if (before.size === after.size && [...before].every((load) => after.has(load))) return [];
  return [
    `The sides ran different loads, so a change may be the load's and not the server's. Base: ${only(before, after)}. New: ${only(after, before)}.`,
  ];
}

function only(these: Set<string>, others: Set<string>): string {
  return [...these].filter((load) => !others.has(load)).join('; ') || 'nothing else';
}

function loadsOf(runs: readonly RunLoad[]): Set<string> {
  return new Set(
    runs.flatMap(({ workloads, regions }) => workloads.map((workload) => loadText(workload, regions))),
  );
}

function loadText(workload: WorkloadFacts, regions: readonly string[]): string {
  const { scenario, executor, targets, requests, concurrency, duration_s: seconds } = workload;
  const { rate_per_second: rate } = workload;
  return [
    `${scenario} (${executor}) to ${targets.join(' and ')}`,
    ...(regions.length > 1 ? [`from ${regions.toSorted().join(' and ')}`] : []),
    ...(requests === null ? [] : [`${requests} requests`]),
    ...(concurrency === null ? [] : [`${concurrency} at once`]),
    ...(rate === null ? [] : [`${Number(rate.toPrecision(4))} a second`]),
    ...(seconds === null ? [] : [`for ${seconds} s`]),
  ].join(', ');
}
