import type { TrendName } from '@tokenstorm/core';
import type { SinkRun } from '../sink.ts';
import { storedTagValue } from './line.ts';
import type { Tags } from './line.ts';

/** The measurements, as docs/influxdb.md describes them: a contract with panels and later readers. */
export const measurements = {
  latency: 'tokenstorm_latency',
  requests: 'tokenstorm_requests',
  generator: 'tokenstorm_generator',
  runs: 'tokenstorm_runs',
  runLatency: 'tokenstorm_run_latency',
  runRequests: 'tokenstorm_run_requests',
} as const;

/** Stands in a tag for all values together. */
export const allValues = '_all';

/** Metrics whose whole distribution is kept, for each group: what can be merged again exactly. */
export const keptDistributions: readonly TrendName[] = ['ttft', 'tpot', 'icl', 'e2e', 'e2e_corrected'];

/** What every point of a run has. */
export function runTags({ plan }: Pick<SinkRun, 'plan'>): Tags {
  return { run: plan.runId, name: plan.scenario.name };
}

/** A label as it stands in its tag: one that is called as the roll-ups are stays apart from them. */
export function labelTag(label: string): string {
  return label === allValues ? `(${allValues})` : storedTagValue(label);
}
