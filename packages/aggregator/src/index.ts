export { Aggregator } from './aggregator.ts';
export type { AggregatorOptions, RunResult, RunStatus } from './aggregator.ts';
export type { HealthSummary } from './worker-health.ts';
export { OpenRequests } from './open-requests.ts';
export { mergeSnapshots } from './merge-snapshots.ts';
