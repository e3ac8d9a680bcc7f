import { generatorReport, latenessLimitMs, stampErrorLimitMs, validityOf } from '@tokenstorm/core';
import type { JudgedTrends, Report, SeriesTotals, TrendName, Validity } from '@tokenstorm/core';
import type { RunStatus } from '../run-result.ts';
import { generatorInput } from '../worker-health.ts';
import { pointLine } from './line.ts';
import type { Fields } from './line.ts';
import { measurements, runTags } from './schema.ts';
import type { SeriesPlace } from './series-lines.ts';
import type { SinkRun } from '../sink.ts';

/** How the run and its generator stand, as far as it is known. */
export type GeneratorStatus = Pick<RunStatus, 'inFlight' | 'cpuRatio' | 'totals' | 'health'>;

/** Distributions that the validity looks at. */
const judged: readonly TrendName[] = ['schedule_lag', 'send_delay', 'ttft', 'icl', 'e2e', 'rate_limit_wait'];

/**
 * The generator's point of a window: how late it was in it, what was under way, and, of the run so far, what the report
 * will say of it, with the limits that this is judged by. `undefined` comes between the steps that take long; no point where
 * nothing is known.
 */
export function* generatorLines(
  run: SinkRun,
  { epochMs, elapsedS }: SeriesPlace,
  totals: SeriesTotals,
  status: GeneratorStatus | undefined,
): Generator<string | undefined> {
  const p99 = (name: 'schedule_lag' | 'send_delay') => totals.trend(name)?.quantile(0.99);
  const lateness = {
    schedule_lag_p99_ms: p99('schedule_lag'),
    send_delay_p99_ms: p99('send_delay'),
  };
  yield undefined;
  const soFar = status === undefined ? { numbers: {}, texts: {} } : yield* statusFields(status);
  const known = status !== undefined || Object.values(lateness).some((value) => value !== undefined);
  if (!known) return;
  yield generatorPoint(run, epochMs, { elapsed_s: elapsedS, ...soFar.numbers, ...lateness }, soFar.texts);
}

/** The generator's point of a whole run, at its end: all that its report says. */
export function generatorEndLine(run: SinkRun, epochMs: number, report: Report): string | undefined {
  const { generator, validity } = report;
  return generatorPoint(run, epochMs, { ...generator, workers: report.run.workers }, validityTexts(validity));
}

function* statusFields({ inFlight, cpuRatio, totals, health }: GeneratorStatus) {
  const trends = yield* judgedTrends(totals);
  const { accounting } = totals.figures({ phase: 'main' });
  const summary = health();
  const generator = generatorInput(summary);
  const { connections_opened: _, ...soFar } = generatorReport({ trends: new Map(), counters: {} }, generator);
  const validity = validityOf({ accounting, trends, courses: [], generator });
  const numbers = {
    ...soFar,
    in_flight: inFlight,
    cpu_ratio: cpuRatio,
    workers: summary.workers,
    lateness_limit_ms: latenessLimitMs(trends),
    stamp_error_limit_ms: stampErrorLimitMs(trends),
  };
  return { numbers, texts: validityTexts(validity) };
}

function* judgedTrends(totals: SeriesTotals): Generator<undefined, JudgedTrends> {
  const trends = new Map<TrendName, NonNullable<ReturnType<SeriesTotals['trend']>>>();
  for (const name of judged) {
    const trend = totals.trend(name, { phase: 'main' });
    if (trend !== undefined) trends.set(name, trend);
    yield undefined;
  }
  return trends;
}

function validityTexts({ level, reasons }: Validity): Record<string, string> {
  return { validity: level, reasons: reasons.map(({ code }) => code).join(', ') };
}

const integers: ReadonlySet<string> = new Set(['in_flight', 'connections_opened', 'workers']);

function generatorPoint(
  run: SinkRun,
  epochMs: number,
  figures: Readonly<Record<string, number | null | undefined>>,
  texts: Readonly<Record<string, string>>,
): string | undefined {
  const known = Object.entries(figures).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  if (known.length === 0) return undefined;
  const fields: Fields = {
    integers: Object.fromEntries(known.filter(([name]) => integers.has(name))),
    floats: Object.fromEntries(known.filter(([name]) => !integers.has(name))),
    texts,
  };
  return pointLine(measurements.generator, runTags(run), fields, epochMs);
}
