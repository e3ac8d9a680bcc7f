import { buildReport, runMeasuredWindow, scenarioNotes, travelNotes, workloadFacts } from '@tokenstorm/core';
import type { RequestErrorKind, Report, RunPlan, Scenario } from '@tokenstorm/core';
import type { RunResult } from '@tokenstorm/aggregator';
import { numbered } from '../view/number-text.ts';
import { version } from '../version.ts';
import type { EmbeddedResult } from './embedded-run.ts';

/** The report of an embedded run. `notes` come first among its notes. */
export function reportOf(plan: RunPlan, run: EmbeddedResult, notes: readonly string[]): Report {
  const { scenario } = plan;
  const { result, stopReason } = run;
  const { cpuRatio, peakRssBytes } = result.health;
  return buildReport({
    run: {
      id: plan.runId,
      name: scenario.name,
      mode: 'local',
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
    courses: result.courses,
    thresholds: result.thresholds,
    ...(stopReason !== undefined && { stopReason }),
    measuredSeconds: measuredSeconds(scenario, run),
    hasSlo: scenario.workloads.some(({ slo }) => Object.keys(slo).length > 0),
    generator: {
      ...(cpuRatio !== undefined && { cpuRatio }),
      ...(peakRssBytes !== undefined && { rssBytes: peakRssBytes }),
    },
    notes: [
      ...notes,
      ...runNotes(scenario, run),
      ...warmupNotes(result),
      ...travelNotes(result.health.travel),
      ...scenarioNotes(scenario),
    ],
    errorExamples: errorExamples(result),
    calls: result.calls,
  });
}

/** The measured part of the run as it was planned, cut short where the run was stopped or ended before. */
function measuredSeconds(
  { workloads }: Scenario,
  { result, stoppedAtMs = Infinity }: EmbeddedResult,
): number {
  const { startMs, endMs } = runMeasuredWindow(workloads);
  return Math.max(0, Math.min(endMs, result.endMs, stoppedAtMs) - startMs) / 1000;
}

function runNotes(scenario: Scenario, { failure, result }: EmbeddedResult): string[] {
  const notes: string[] = [];
  if (failure !== undefined) {
    notes.push(
      `The run ended early on an internal error: ${failure.split('\n', 1)[0]}. What was measured until then is here.`,
    );
  }
  if (result.unfinishedShards > 0)
    notes.push(
      `${numbered(result.unfinishedShards, 'shard')} did not send the last figures: requests without an outcome count as lost.`,
    );
  if (scenario.regions.length > 1) {
    notes.push("All regions ran from this machine: the regions' networks are not in these numbers.");
  }
  return notes;
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
