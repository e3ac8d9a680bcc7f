import { SeriesTotals, TokenstormError } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import { InfluxStore } from '@tokenstorm/aggregator';
import type { StoredRun, StoredSelection } from '@tokenstorm/aggregator';
import type { InfluxReportRequest } from '../flags/read-influx-report.ts';
import { mergedStoredReport } from './merged-stored-runs.ts';
import type { StoredPart } from './merged-stored-runs.ts';
import { missingWindows } from './missing-windows.ts';
import type { ReplayedReport } from './snapshot-replay.ts';

const newestNamed = 5;

/** The store that is asked, and the runs in it, the newest first. */
export interface InfluxRuns {
  readonly store: InfluxStore;
  readonly runs: readonly StoredRun[];
}

export async function influxRuns({ url, database }: InfluxReportRequest): Promise<InfluxRuns> {
  const store = new InfluxStore({ url, ...(database !== undefined && { database }) });
  return { store, runs: await store.runs() };
}

/**
 * One report of the runs that are asked for, at least one, from the histograms and counts in InfluxDB. Rejects with `E_FILE`,
 * naming what there is, for a run, region, scenario or model that is not there.
 */
export async function influxReport(
  request: InfluxReportRequest,
  { store, runs }: InfluxRuns,
): Promise<ReplayedReport> {
  const wanted = findRuns(request.runs, runs, store);
  await checkSelection(store, wanted, request.selection);
  const totals = new SeriesTotals();
  const parts: StoredPart[] = [];
  for (const run of wanted) parts.push(await addPart(store, run, request, totals));
  const report = mergedStoredReport(parts, totals, request);
  return {
    report,
    isFailure: false,
    onInvalid: parts.every(({ facts }) => facts?.on_invalid === 'warn') ? 'warn' : 'fail',
    failOn: 'invalid',
  };
}

/** Adds what is asked for of one run. A run without an end has only its windows. */
async function addPart(
  store: InfluxStore,
  run: StoredRun,
  { selection, range }: InfluxReportRequest,
  totals: SeriesTotals,
): Promise<StoredPart> {
  const facts = await store.facts(run.runId);
  if (facts !== undefined && range === undefined) {
    await store.addWhole(run.runId, selection, totals);
    return { run, facts, notes: [] };
  }
  await store.addWindows(run, selection, range ?? { fromMs: 0, toMs: Infinity }, totals);
  const missing = facts === undefined ? undefined : await missingOf(store, run);
  return { run, ...(facts !== undefined && { facts }), notes: missing === undefined ? [] : [missing] };
}

async function missingOf(store: InfluxStore, { runId }: StoredRun): Promise<string | undefined> {
  const whole = new SeriesTotals();
  await store.addWhole(runId, {}, whole);
  return await missingWindows(store, runId, whole.figures({ phase: 'main' }).accounting.scheduled);
}

function findRuns(ids: readonly string[], runs: readonly StoredRun[], store: InfluxStore): StoredRun[] {
  const unknown = ids.filter((id) => runs.every(({ runId }) => runId !== id));
  if (unknown.length > 0) {
    const newest = runs.slice(0, newestNamed).map(({ runId }) => runId);
    const hint =
      newest.length === 0 ? 'There are no runs in it.' : `The latest runs in it: ${newest.join(', ')}.`;
    throw new TokenstormError('E_FILE', `not in InfluxDB (${store.place}): ${unknown.join(', ')}`, { hint });
  }
  return ids.map((id) => runs.find(({ runId }) => runId === id)!);
}

/** Every value must be that of one of the runs at least. */
async function checkSelection(
  store: InfluxStore,
  runs: readonly StoredRun[],
  selection: StoredSelection,
): Promise<void> {
  if (Object.keys(selection).length === 0) return;
  const known = await Promise.all(runs.map(({ runId }) => store.labels(runId)));
  const problems: string[] = [];
  for (const label of ['region', 'scenario', 'model'] as const) {
    const values = [...new Set(known.flatMap((labels) => labels[label]))];
    for (const value of selection[label] ?? []) {
      if (values.includes(value)) continue;
      problems.push(`no ${label} ${value} in these runs; there is ${values.join(', ') || 'none'}`);
    }
  }
  if (problems.length > 0) throw new TokenstormError('E_FILE', problems.join('\n'));
}

/** The runs as `--json` prints them. */
export function listedRuns(runs: readonly StoredRun[]): readonly ListedStoredRun[] {
  return runs.map(({ runId, name, regions, startedAtEpochMs, end }) => ({
    id: runId,
    name,
    regions,
    started_at: new Date(startedAtEpochMs).toISOString(),
    duration_s: end?.durationSeconds ?? null,
    verdict: (end?.verdict as Report['verdict'] | undefined) ?? null,
    validity: end?.validity ?? null,
  }));
}

/** A run in InfluxDB in a list; `null` where its end is not there. */
export interface ListedStoredRun {
  readonly id: string;
  readonly name: string;
  readonly regions: string;
  /** ISO 8601. */
  readonly started_at: string;
  readonly duration_s: number | null;
  readonly verdict: string | null;
  readonly validity: string | null;
}
