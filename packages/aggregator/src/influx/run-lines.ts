import { runMeasuredWindow, workloadFacts } from '@tokenstorm/core';
import type { GeneratorReport, Report, SeriesTotals } from '@tokenstorm/core';
import type { SinkRun, SinkStop } from '../sink.ts';
import { pointLine } from './line.ts';
import type { Fields } from './line.ts';
import { measurements, runTags } from './schema.ts';
import type { StoredFacts } from './stored-facts.ts';

/** The generator's condition in a window: what is known of it then. */
export interface GeneratorState {
  readonly inFlight?: number;
  readonly cpuRatio?: number;
}

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
    integers: { seed: report.run.seed, workers: report.run.workers, ...accounting },
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
    generator: report.generator,
    notes: report.notes,
    has_slo: plan.scenario.workloads.some(({ slo }) => Object.keys(slo).length > 0),
    on_invalid: plan.scenario.execution.onInvalid,
    measured_start_ms: startMs,
    measured_end_ms: Math.min(plannedEndMs, endMs, stoppedAtMs ?? Infinity),
    end_ms: endMs,
  };
}

/** The generator's point of a window: its own lateness, what was under way and how busy it was. */
export function generatorLine(
  run: SinkRun,
  epochMs: number,
  totals: SeriesTotals,
  { inFlight, cpuRatio }: GeneratorState,
): string | undefined {
  const p99 = (name: 'schedule_lag' | 'send_delay') => totals.trend(name)?.quantile(0.99);
  return generatorPoint(run, epochMs, {
    in_flight: inFlight,
    cpu_ratio: cpuRatio,
    schedule_lag_p99_ms: p99('schedule_lag'),
    send_delay_p99_ms: p99('send_delay'),
  });
}

/** The generator's point of a whole run, at its end: all that its report says. */
export function generatorEndLine(
  run: SinkRun,
  epochMs: number,
  generator: GeneratorReport,
): string | undefined {
  return generatorPoint(run, epochMs, { ...generator });
}

const integers: ReadonlySet<string> = new Set(['in_flight', 'connections_opened']);

function generatorPoint(
  run: SinkRun,
  epochMs: number,
  figures: Readonly<Record<string, number | null | undefined>>,
): string | undefined {
  const known = Object.entries(figures).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  if (known.length === 0) return undefined;
  const fields: Fields = {
    integers: Object.fromEntries(known.filter(([name]) => integers.has(name))),
    floats: Object.fromEntries(known.filter(([name]) => !integers.has(name))),
  };
  return pointLine(measurements.generator, runTags(run), fields, epochMs);
}

function eventLine(run: SinkRun, event: string, atMs: number, fields: Fields): string {
  const tags = { ...runTags(run), event };
  return pointLine(measurements.runs, tags, fields, run.startedAtEpochMs + atMs);
}
