import {
  buildReport,
  limitNotes,
  runMeasuredWindow,
  scenarioNotes,
  sdkNotes,
  travelNotes,
  workloadFacts,
} from '@tokenstorm/core';
import type { GeneratorInput, RequestErrorKind, Report, RunPlan, Scenario } from '@tokenstorm/core';
import type { RunResult } from '@tokenstorm/aggregator';
import { numbered } from '../view/number-text.ts';
import { version as ownVersion } from '../version.ts';
import type { EmbeddedResult } from './embedded-run.ts';

/** The report of an embedded run. `notes` come first among its notes; `version` is that of the command that ran it. */
export function reportOf(
  plan: RunPlan,
  run: EmbeddedResult,
  notes: readonly string[],
  version: string = ownVersion,
): Report {
  const { scenario } = plan;
  const { result, stopReason } = run;
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
    generator: generatorOf(result),
    notes: [
      ...notes,
      ...run.notes,
      ...runNotes(scenario, run),
      ...warmupNotes(result),
      ...limitNotes(scenario.limits, result.health.limits),
      ...travelNotes(result.health.travel),
      ...scenarioNotes(scenario),
      ...sdkNotes(scenario, meanStreams(scenario, run)),
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

/** Open streams of a worker, by Little's law: completed requests per second times how long one took. */
function meanStreams(scenario: Scenario, run: EmbeddedResult): number {
  const { totals, health } = run.result;
  const e2e = totals.trend('e2e_close', { phase: 'main' });
  const seconds = measuredSeconds(scenario, run);
  if (e2e === undefined || seconds === 0) return 0;
  return (e2e.count * e2e.mean) / 1000 / seconds / Math.max(1, health.workers);
}

function runNotes(scenario: Scenario, { failure, lostProcess, result }: EmbeddedResult): string[] {
  const notes: string[] = [];
  if (lostProcess !== undefined)
    notes.push(`The run was stopped because ${lostProcess}. What was measured until then is here.`);
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

function generatorOf({ health }: RunResult): GeneratorInput {
  const { cpuRatio, peakRssBytes, clockErrorMs } = health;
  const { stampErrorBoundP99Ms, eventLoopDelayP99Ms, runQueueDelayRatio } = health;
  return {
    ...(stampErrorBoundP99Ms !== undefined && { stampErrorBoundP99Ms }),
    ...(eventLoopDelayP99Ms !== undefined && { eventLoopDelayP99Ms }),
    ...(runQueueDelayRatio !== undefined && { runQueueDelayRatio }),
    ...(clockErrorMs !== undefined && { clockErrorMs }),
    ...(cpuRatio !== undefined && { cpuRatio }),
    ...(peakRssBytes !== undefined && { rssBytes: peakRssBytes }),
  };
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
