import { TokenstormError, suggestion } from '@tokenstorm/core';
import type { RunChoice } from '../flags/history-options.ts';
import { chosenRuns } from './chosen-runs.ts';
import type { RunHistory, TaggedRun } from './run-history.ts';
import type { TrendMetric } from './trend-metric.ts';

/** One figure over runs. Snake case: it leaves the process as it is. */
export interface Trend {
  readonly metric: string;
  readonly unit: string;
  readonly name: string;
  /** The oldest first. */
  readonly runs: readonly TrendPoint[];
  /** Of the valid and suspect runs that have a value; `null` where none has. */
  readonly median: number | null;
}

/** The figure of one run. */
export interface TrendPoint {
  readonly id: string;
  readonly started_at: string;
  /** `null` where the run has none. */
  readonly value: number | null;
  readonly verdict: TaggedRun['verdict'];
  readonly validity: TaggedRun['validity'];
  /** The same wherever name, regions, targets and load are. */
  readonly scenario_hash: string;
  readonly git_commit: string | null;
  readonly tags: readonly string[];
}

/** Which runs, and at most how many of them. */
export interface TrendRequest {
  readonly choice: RunChoice;
  readonly limit: number;
  readonly nowEpochMs: number;
}

/** A figure over the latest runs that are chosen: those of one name, by default that of the latest. Throws `E_USAGE` where there are none. */
export function trendOf(
  history: RunHistory,
  metric: TrendMetric,
  { choice, limit, nowEpochMs }: TrendRequest,
): Trend {
  const all = history.list();
  const name = choice.name ?? chosenRuns(all, choice, nowEpochMs)[0]?.name;
  const runs = chosenRuns(all, { ...choice, ...(name !== undefined && { name }) }, nowEpochMs);
  if (name === undefined || runs.length === 0) throw noRuns(all, choice);
  const points = runs
    .slice(0, limit)
    .toReversed()
    .map((run) => pointOf(run, metric, history));
  const counted = points.flatMap(({ validity, value }) => (validity === 'invalid' ? [] : (value ?? [])));
  return { metric: metric.name, unit: metric.unit, name, runs: points, median: medianOf(counted) };
}

function pointOf(run: TaggedRun, metric: TrendMetric, history: RunHistory): TrendPoint {
  const { id, started_at, verdict, validity, scenario_hash, git_commit, tags } = run;
  const kept = history.report(id);
  const value = kept === undefined ? null : metric.valueIn(kept.report);
  return { id, started_at, value, verdict, validity, scenario_hash, git_commit, tags };
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function noRuns(all: readonly TaggedRun[], choice: RunChoice): TokenstormError {
  if (all.length === 0) {
    return new TokenstormError('E_USAGE', 'there are no runs in the history yet', {
      hint: 'tokenstorm run scenarios/quickstart.yaml --with-sim makes one',
    });
  }
  const names = [...new Set(all.map(({ name }) => name))];
  const meant = choice.name === undefined ? undefined : suggestion(choice.name, names);
  const known = `names of runs: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  return new TokenstormError('E_USAGE', 'no run in the history is as asked for', {
    hint: meant === undefined ? known : `did you mean --name ${meant}?`,
  });
}
