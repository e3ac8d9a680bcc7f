import {
  buildReport,
  limitNotes,
  pricesOf,
  runMeasuredWindow,
  scenarioNotes,
  sdkNotes,
  travelNotes,
  withRegression,
  workloadFacts,
} from '@tokenstorm/core';
import type { Report, ReportGap, RequestErrorKind, RunPlan, Scenario } from '@tokenstorm/core';
import { generatorInput } from '@tokenstorm/aggregator';
import type { RunResult } from '@tokenstorm/aggregator';
import { numbered } from '../view/number-text.ts';
import { version as ownVersion } from '../version.ts';
import type { EndedRun } from './ended-run.ts';

/** Gaps that the notes tell one by one. */
const gapsShown = 5;

/** The report of a run. `notes` come first among its notes; `version` is that of the command that ran it. */
export function reportOf(
  plan: RunPlan,
  run: EndedRun,
  notes: readonly string[],
  version: string = ownVersion,
): Report {
  const { scenario } = plan;
  const { result, stopReason } = run;
  const report = buildReport({
    run: {
      id: plan.runId,
      name: scenario.name,
      mode: plan.mode ?? 'local',
      seed: scenario.seed,
      startedAtEpochMs: run.startedAtEpochMs,
      durationMs: result.endMs,
      regions: scenario.regions.map((region) => region.name),
      workers: result.health.workers,
      version,
      workloads: workloadFacts(scenario),
    },
    totals: result.totals,
    windows: result.windows,
    gaps: result.gaps,
    missingShards: result.missing.length,
    ...(result.lostWorker !== undefined && { lostWorker: result.lostWorker }),
    courses: result.courses,
    thresholds: result.thresholds,
    ...(stopReason !== undefined && { stopReason }),
    ...(run.stoppedAtMs !== undefined && { stoppedAtMs: run.stoppedAtMs }),
    measuredSeconds: measuredSeconds(scenario, run),
    priceOf: pricesOf(scenario.targets),
    ...(scenario.budget !== undefined && { budget: scenario.budget }),
    ...(run.budget !== undefined && { budgetState: run.budget }),
    hasSlo: scenario.workloads.some(({ slo }) => Object.keys(slo).length > 0),
    generator: generatorInput(result.health),
    notes: [
      ...notes,
      ...run.notes,
      ...runNotes(plan, run),
      ...(plan.mode === 'distributed' ? handoverNotes(result) : []),
      ...warmupNotes(result),
      ...limitNotes(scenario.limits, result.health.limits),
      ...travelNotes(result.health.travel),
      ...scenarioNotes(scenario),
      ...sdkNotes(scenario, meanStreams(scenario, run)),
    ],
    errorExamples: errorExamples(result),
    calls: result.calls,
    scenario,
  });
  return withRegression(report, scenario);
}

/** The measured part of the run as it was planned, cut short where the run was stopped or ended before. */
function measuredSeconds({ workloads }: Scenario, { result, stoppedAtMs = Infinity }: EndedRun): number {
  const { startMs, endMs } = runMeasuredWindow(workloads);
  return Math.max(0, Math.min(endMs, result.endMs, stoppedAtMs) - startMs) / 1000;
}

/** Open streams of a worker, by Little's law: completed requests per second times how long one took. */
function meanStreams(scenario: Scenario, run: EndedRun): number {
  const { totals, health } = run.result;
  const e2e = totals.trend('e2e_close', { phase: 'main' });
  const seconds = measuredSeconds(scenario, run);
  if (e2e === undefined || seconds === 0) return 0;
  return (e2e.count * e2e.mean) / 1000 / seconds / Math.max(1, health.workers);
}

function runNotes(
  { scenario, mode = 'local' }: RunPlan,
  { failure, lostProcess, result }: EndedRun,
): string[] {
  const notes: string[] = [];
  if (lostProcess !== undefined)
    notes.push(`The run was stopped because ${lostProcess}. What was measured until then is here.`);
  if (failure !== undefined) {
    const what = mode === 'local' ? 'on an internal error' : 'on an error of a worker or the aggregator';
    const rest = result.endMs > 0 ? 'What was measured until then is here.' : 'Nothing of it is here.';
    notes.push(`The run ended early ${what}: ${failure.split('\n', 1)[0]}. ${rest}`);
  }
  notes.push(...missingNotes(result));
  if (mode === 'local' && scenario.regions.length > 1) {
    notes.push("All regions ran from this machine: the regions' networks are not in these numbers.");
  }
  return notes;
}

/** Which shards did not come to their end; with their regions where there are several. */
function missingNotes({ missing }: RunResult): string[] {
  if (missing.length === 0) return [];
  const regions = Map.groupBy(missing, ({ region }) => region);
  const where =
    regions.size === 1
      ? ''
      : ` (${[...regions].map(([region, some]) => `${region}: ${some.length}`).join(', ')})`;
  return [
    `${numbered(missing.length, 'shard')}${where} did not send the last figures: requests without an outcome count as lost.`,
  ];
}

/** How the load moved between workers, and where it had none. */
function handoverNotes({ takeOvers, gaps }: RunResult): string[] {
  const { yields, losses } = takeOvers;
  const moves = [
    ...(yields === 0 ? [] : [`${numbered(yields, 'time')} handed over in order`]),
    ...(losses === 0 ? [] : [`${numbered(losses, 'time')} taken over after the loss of a worker`]),
  ];
  const shown = gaps.slice(0, gapsShown).map(gapNote);
  const others = gaps.length - shown.length;
  return [
    ...(moves.length === 0 ? [] : [`Shards went on with other workers: ${moves.join(', ')}.`]),
    ...shown,
    ...(others === 0
      ? []
      : [`${numbered(others, 'more gap')} of that kind: see \`gaps\` in the report's JSON.`]),
  ];
}

function gapNote({ region, shards, start_ms: startMs, end_ms: endMs, lost }: ReportGap): string {
  const span = `${secondsText(startMs)} to ${secondsText(endMs)} s`;
  return `${numbered(shards, 'shard')} of ${region} had no worker that lived from ${span}: ${numbered(lost, 'request')} lost.`;
}

function secondsText(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function warmupNotes({ totals }: RunResult): string[] {
  const { scheduled } = totals.figures({ phase: 'warmup' }).accounting;
  if (scheduled === 0) return [];
  return [`Left out of these numbers: ${numbered(scheduled, 'request')} of the warm-up.`];
}

function errorExamples(result: RunResult): Partial<Record<RequestErrorKind, string>> {
  const examples: Partial<Record<RequestErrorKind, string>> = {};
  for (const { errorKind, message } of result.calls) {
    if (errorKind !== undefined && message !== undefined) examples[errorKind] ??= message;
  }
  return examples;
}
