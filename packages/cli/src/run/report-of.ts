import { buildReport, measuredWindow, scenarioNotes, travelNotes, workloadFacts } from '@tokenstorm/core';
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
    thresholds: result.thresholds,
    ...(stopReason !== undefined && { stopReason }),
    measuredSeconds: measuredSeconds(scenario, result),
    hasSlo: scenario.workloads.some(({ slo }) => Object.keys(slo).length > 0),
    generator: {
      ...(cpuRatio !== undefined && { cpuRatio }),
      ...(peakRssBytes !== undefined && { rssBytes: peakRssBytes }),
    },
    notes: [...notes, ...runNotes(scenario, run), ...warmupNotes(result), ...travelNotes(result.health.travel), ...scenarioNotes(scenario)],
    errorExamples: errorExamples(result),
    calls: result.calls,
  });
}

/** From the first workload's measured window's start to the last one's end, or to the run's where that is earlier. */
function measuredSeconds(scenario: Scenario, { endMs }: RunResult): number {
  const windows = scenario.workloads.map(measuredWindow);
  const startMs = Math.min(...windows.map((window) => window.startMs));
  const lastMs = Math.max(...windows.map((window) => window.endMs));
  return Math.max(0, Math.min(lastMs, endMs) - startMs) / 1000;
}

function runNotes(scenario: Scenario, { failure, result }: EmbeddedResult): string[] {
  const notes: string[] = [];
  if (failure !== undefined) {
    notes.push(
      `The run ended early on an internal error: ${failure.split('\n', 1)[0]}. What was measured until then is here.`,
    );
  }
  if (result.unfinishedShards > 0)
    notes.push(`${result.unfinishedShards} shards did not send their last figures.`);
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
