import { runMeasuredWindow, workloadFacts } from '@tokenstorm/core';
import type { Report } from '@tokenstorm/core';
import type { SinkRun, SinkStop } from '../sink.ts';
import { pointLine } from './line.ts';
import type { Fields } from './line.ts';
import { labelTag, measurements, runTags } from './schema.ts';
import type { StoredFacts } from './stored-facts.ts';

/** The annotation of a run's start. */
export function startLine(run: SinkRun): string {
  const { scenario, shards } = run.plan;
  const regions = scenario.regions.map(({ name }) => name).join(', ');
  return eventLine(run, 'start', 0, {
    integers: { seed: scenario.seed, shards: shards.length },
    texts: { text: `${scenario.name} started (${regions})`, regions, version: run.version },
  });
}

/** The annotation of the moment at which a run was told to stop. */
export function stopLine(run: SinkRun, { atMs, reason }: SinkStop): string {
  const text = `${run.plan.scenario.name} is stopped: ${reason}`;
  return eventLine(run, 'stop', atMs, { integers: {}, texts: { text, reason } });
}

/** The annotation of a run's end, with what its report says of it as a whole. */
export function endLine(run: SinkRun, report: Report, end: RunEnd): string {
  const { verdict, validity, accounting } = report;
  const reasons = validity.reasons.map(({ code }) => code).join(', ');
  const text = `${report.run.name} ${verdict}, ${validity.level}${reasons === '' ? '' : ` (${reasons})`}`;
  return eventLine(run, 'end', end.endMs, {
    integers: {
      seed: report.run.seed,
      workers: report.run.workers,
      // For links that open the run in its own time.
      started_ms: Math.floor(run.startedAtEpochMs),
      ended_ms: Math.ceil(run.startedAtEpochMs + end.endMs),
      ...accounting,
    },
    floats: { duration_s: report.run.duration_s },
    texts: {
      text,
      verdict,
      validity: validity.level,
      reasons,
      regions: report.run.regions.join(', '),
      version: report.run.version,
      facts: JSON.stringify(factsOf(run, report, end)),
    },
  });
}

/** How long a run went. */
export interface RunEnd {
  /** To the last outcome, ms from the run's start. */
  readonly endMs: number;
  /** When it was told to stop. */
  readonly stoppedAtMs?: number;
}

/** What a later report needs that is no sum. `notes` are the run's own. */
function factsOf({ plan }: SinkRun, report: Report, { endMs, stoppedAtMs }: RunEnd): StoredFacts {
  const { startMs, endMs: plannedEndMs } = runMeasuredWindow(plan.scenario.workloads);
  return {
    run: { ...report.run, workloads: workloadFacts(plan.scenario) },
    verdict: report.verdict,
    validity: report.validity,
    thresholds: report.thresholds,
    budget: report.budget ?? null,
    prices: plan.scenario.targets.flatMap(({ provider, model, price }) =>
      price === undefined ? [] : [{ provider: labelTag(provider), model: labelTag(model), price }],
    ),
    ...(plan.scenario.scoreTargets !== undefined && { score_targets: plan.scenario.scoreTargets }),
    generator: report.generator,
    notes: report.notes,
    has_slo: plan.scenario.workloads.some(({ slo }) => Object.keys(slo).length > 0),
    on_invalid: plan.scenario.execution.onInvalid,
    measured_start_ms: startMs,
    measured_end_ms: Math.min(plannedEndMs, endMs, stoppedAtMs ?? Infinity),
    end_ms: endMs,
  };
}

function eventLine(run: SinkRun, event: string, atMs: number, fields: Fields): string {
  const tags = { ...runTags(run), event };
  return pointLine(measurements.runs, tags, fields, run.startedAtEpochMs + atMs);
}
