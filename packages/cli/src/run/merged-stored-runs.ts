import { buildReport, priceKey, pricesOf } from '@tokenstorm/core';
import type {
  GeneratorReport,
  PriceOf,
  Report,
  RunInput,
  SeriesTotals,
  StopReason,
  Validity,
} from '@tokenstorm/core';
import type { StoredFacts, StoredRun } from '@tokenstorm/aggregator';
import type { InfluxReportRequest } from '../flags/read-influx-report.ts';
import { numbered } from '../view/number-text.ts';
import { agreed } from './agreed.ts';
import { version } from '../version.ts';

/** One run of a report from InfluxDB. */
export interface StoredPart {
  readonly run: StoredRun;
  /** Absent where its end is not there. */
  readonly facts?: StoredFacts;
  /** What is wrong with its windows. */
  readonly notes: readonly string[];
}

/**
 * The report of these runs, at least one, from what was added up of them. Verdict, thresholds, validity and the generator's
 * condition are the runs' own, the worst of each: they are not in InfluxDB by region, or by time.
 */
export function mergedStoredReport(
  parts: readonly StoredPart[],
  totals: SeriesTotals,
  request: InfluxReportRequest,
): Report {
  const facts = parts.flatMap((part) => part.facts ?? []);
  const stopReason = worst(
    byGravity,
    facts.flatMap(({ run }) => run.stop_reason ?? []),
  );
  const scoreTargets = agreed(facts.map(({ score_targets }) => score_targets));
  const report = buildReport({
    run: runInput(parts, totals),
    totals,
    windows: [],
    courses: [],
    thresholds: facts.flatMap(({ thresholds }) => thresholds),
    ...(stopReason !== undefined && { stopReason }),
    measuredSeconds: measuredSeconds(parts, request),
    priceOf: mergedPrices(facts),
    hasSlo: facts.some(({ has_slo }) => has_slo),
    ...(scoreTargets !== undefined && { scoreTargets }),
    generator: {},
    notes: notesOf(parts, request),
    errorExamples: {},
    calls: [],
  });
  return {
    ...report,
    budget: isWhole(parts, request) ? (facts[0]?.budget ?? null) : null,
    notes: isWhole(parts, request)
      ? [...new Set([...report.notes, ...facts.flatMap(({ notes }) => notes)])]
      : report.notes,
    verdict:
      worst(
        verdicts,
        facts.map(({ verdict }) => verdict),
      ) ?? report.verdict,
    validity: validityOf(parts, facts),
    generator: worstGenerator(facts, report.generator),
  };
}

/** The prices on which all runs agree that sent to the model: one that changed between them is none. */
function mergedPrices(facts: readonly StoredFacts[]): PriceOf {
  const all = facts.flatMap(({ prices = [] }) => prices);
  const byModel = Map.groupBy(all, ({ provider, model }) => `${provider}/${model}`);
  const known = [...byModel].filter(([key, same]) => {
    const senders = facts.filter(({ run }) => run.workloads.some(({ targets }) => targets.includes(key)));
    const isOne = new Set(same.map(({ price }) => priceKey(price))).size === 1;
    return isOne && same.length >= senders.length;
  });
  return pricesOf(known.flatMap(([, [first]]) => first ?? []));
}

const byGravity: readonly StopReason[] = ['infrastructure', 'interrupted', 'budget', 'threshold'];
const verdicts: readonly Report['verdict'][] = ['interrupted', 'aborted', 'failed', 'passed'];
const levels: readonly Validity['level'][] = ['invalid', 'suspect', 'valid'];

function worst<T>(worstFirst: readonly T[], values: readonly T[]): T | undefined {
  return worstFirst.find((value) => values.includes(value));
}

function runInput(parts: readonly StoredPart[], totals: SeriesTotals): RunInput {
  const [first] = parts as [StoredPart, ...StoredPart[]];
  const facts = parts.flatMap((part) => part.facts ?? []);
  const regions = totals.groups().map(({ labels }) => labels.region);
  const workloads = facts.flatMap(({ run }) => run.workloads);
  return {
    id: parts.length === 1 ? first.run.runId : `${first.run.runId}+${parts.length - 1}`,
    name: [...new Set(parts.map(({ run }) => run.name))].join(' + '),
    mode: facts.some(({ run }) => run.mode === 'distributed') ? 'distributed' : 'local',
    seed: first.facts?.run.seed ?? first.run.seed,
    startedAtEpochMs: Math.min(...parts.map(({ run }) => run.startedAtEpochMs)),
    durationMs: Math.max(0, ...facts.map(({ end_ms }) => end_ms)),
    regions: [...new Set(regions)],
    workers: facts.reduce((sum, { run }) => sum + run.workers, 0),
    version: first.facts?.run.version ?? version,
    workloads: [...new Map(workloads.map((workload) => [JSON.stringify(workload), workload])).values()],
  };
}

/** The measured part of the runs, as if they had run at the same time, less what was not asked for. */
function measuredSeconds(parts: readonly StoredPart[], { range }: InfluxReportRequest): number {
  const facts = parts.flatMap((part) => part.facts ?? []);
  if (facts.length === 0) return 0;
  const startMs = Math.max(range?.fromMs ?? 0, Math.min(...facts.map((one) => one.measured_start_ms)));
  const endMs = Math.min(range?.toMs ?? Infinity, Math.max(...facts.map((one) => one.measured_end_ms)));
  return Math.max(0, endMs - startMs) / 1000;
}

function validityOf(parts: readonly StoredPart[], facts: readonly StoredFacts[]): Validity {
  const reasons = facts.flatMap(({ validity }) => validity.reasons);
  const unended = parts.filter((part) => part.facts === undefined).map(({ run }) => run.runId);
  const level =
    worst(
      levels,
      facts.map(({ validity }) => validity.level),
    ) ?? 'suspect';
  if (unended.length === 0) return { level, reasons };
  const detail = `InfluxDB does not know how ${unended.join(', ')} ended: still under way, or cut off. What came later is not in these numbers.`;
  const incomplete = { code: 'incomplete', detail, measured: unended.length, limit: 0 };
  return { level: level === 'invalid' ? level : 'suspect', reasons: [...reasons, incomplete] };
}

/** Each figure of the run in which it is worst; connections are counted as the requests are. */
function worstGenerator(facts: readonly StoredFacts[], counted: GeneratorReport): GeneratorReport {
  const most = (figure: keyof GeneratorReport) => {
    const known = facts
      .map(({ generator }) => generator[figure])
      .filter((value) => typeof value === 'number');
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    schedule_lag_p99_ms: most('schedule_lag_p99_ms'),
    send_delay_p99_ms: most('send_delay_p99_ms'),
    stamp_error_bound_p99_ms: most('stamp_error_bound_p99_ms'),
    event_loop_delay_p99_ms: most('event_loop_delay_p99_ms'),
    run_queue_delay_ratio: most('run_queue_delay_ratio'),
    clock_error_ms: most('clock_error_ms'),
    clock_error_bound_ms: most('clock_error_bound_ms'),
    cpu_ratio: most('cpu_ratio'),
    rss_mb: most('rss_mb'),
    connections_opened: counted.connections_opened,
  };
}

function notesOf(parts: readonly StoredPart[], request: InfluxReportRequest): string[] {
  const { selection, range } = request;
  const ids = parts.map(({ run }) => run.runId).join(', ');
  const chosen = Object.entries(selection).map(([label, values]) => `${label} ${values.join(', ')}`);
  const seeds = new Set(parts.map(({ run, facts }) => facts?.run.seed ?? run.seed));
  return [
    ...(parts.length > 1
      ? [
          `Merged from ${parts.length} runs, each from its own start, as if they had run at the same time: ${ids}.`,
        ]
      : []),
    ...(seeds.size > 1 ? [`The runs had different seeds: ${[...seeds].join(', ')}.`] : []),
    'Made from InfluxDB, which keeps whole distributions of ttft, tpot, icl, e2e and e2e_corrected: other metrics, windows, single calls and prompts are left out.',
    ...(chosen.length > 0 ? [`Only ${chosen.join('; ')}.`] : []),
    ...(range === undefined ? [] : [rangeNote(range)]),
    ...(isFiltered(request) || parts.length > 1
      ? [
          `Verdict, thresholds, validity and the generator's figures are those of the whole ${parts.length === 1 ? 'run' : 'runs, the worst of each'}.`,
        ]
      : []),
    ...parts.flatMap((part) => part.notes),
    ...(isWhole(parts, request) ? [] : parts.flatMap(({ facts }) => pointer(facts))),
  ];
}

function rangeNote({ fromMs, toMs }: NonNullable<InfluxReportRequest['range']>): string {
  const until = toMs === Infinity ? 'on' : `to ${toMs / 1000} s`;
  return `Only windows that start from ${fromMs / 1000} s ${until} of the run's time, each as a whole: the requests whose outcome became known in them.`;
}

/** One run as it was: its own notes are this report's. */
function isWhole(parts: readonly StoredPart[], request: InfluxReportRequest): boolean {
  return parts.length === 1 && !isFiltered(request);
}

function isFiltered({ selection, range }: InfluxReportRequest): boolean {
  return range !== undefined || Object.keys(selection).length > 0;
}

function pointer(facts: StoredFacts | undefined): string[] {
  if (facts === undefined || facts.notes.length === 0) return [];
  const count = numbered(facts.notes.length, 'note');
  return [
    `The report of ${facts.run.id} has ${count}: tokenstorm report --from-influx --run ${facts.run.id}`,
  ];
}
