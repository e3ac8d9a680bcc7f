import type { PriceOf } from '../cost/price.ts';
import { checkAccounting } from '../metrics/accounting.ts';
import type { SeriesGroup, SeriesTotals } from '../metrics/series-totals.ts';
import type { CallSummary } from '../metrics/snapshot.ts';
import type { BudgetState } from '../ports.ts';
import type { RequestErrorKind } from '../record.ts';
import type { StopReason } from '../run.ts';
import type { RunBudget, Scenario, ScoreTargets } from '../scenario/scenario.ts';
import { scoresOf, tiersOfTrends } from '../score/scores-of.ts';
import { budgetReport } from './budget.ts';
import { reportedCall } from './call.ts';
import { costNotes, reportedCost, runCost } from './cost.ts';
import { clockNotes } from './generator-findings.ts';
import { distributionsOf } from './distributions.ts';
import { generatorReport } from './generator.ts';
import type { GeneratorInput } from './generator.ts';
import { lengthFacts, lengthNotes } from './lengths.ts';
import { sampleNotes, tokenNotes } from './notes.ts';
import { promptFacts, promptNotes } from './prompts.ts';
import type { LoadCourse } from './load-course.ts';
import type {
  CounterTotals,
  Report,
  ReportGap,
  ReportGroup,
  ReportWindow,
  RunFacts,
  ThresholdResult,
} from './report.ts';
import { reasoningNotes } from './reasoning-notes.ts';
import { retryTotals } from './retry-totals.ts';
import { groupLabels, histograms, metricSummaries, throughputOf, tokenTotals } from './series-report.ts';
import { scenarioFacts } from './scenario-facts.ts';
import { snakeCaseKeys } from './snake-case.ts';
import { limitDropNotes } from './outcome-findings.ts';
import { validityOf } from './validity.ts';
import type { LostWorkerInput } from './outcome-findings.ts';
import { verdictOf } from './verdict.ts';

/** Everything that is known when a run is over. */
export interface ReportInput {
  readonly run: RunInput;
  /** Of the whole run; only phase `main` goes into the report. */
  readonly totals: SeriesTotals;
  readonly windows: readonly ReportWindow[];
  readonly gaps?: readonly ReportGap[];
  /** Shards that never said that they were done. */
  readonly missingShards?: number;
  /** The loss of a worker that ended the run, as `on_worker_loss: fail` asks for. */
  readonly lostWorker?: LostWorkerInput;
  /** Of the open-loop workloads that were long enough to follow. */
  readonly courses: readonly LoadCourse[];
  readonly thresholds: readonly ThresholdResult[];
  /** Why the run ended before its plan did. */
  readonly stopReason?: StopReason;
  /** When that was asked for, ms from the run's start; below 0 before it. */
  readonly stoppedAtMs?: number;
  /** Length of the window in which throughput is counted; 0 where nothing was measured. */
  readonly measuredSeconds: number;
  /** Whether any workload has an SLO: without one there is no goodput. */
  readonly hasSlo: boolean;
  /** Prices of the models; default: none is known. */
  readonly priceOf?: PriceOf;
  /** What the run was allowed to use up; absent for no bound. */
  readonly budget?: RunBudget;
  /** How it stood at the end; absent where nobody knows. */
  readonly budgetState?: BudgetState;
  readonly generator: GeneratorInput;
  /** Beside those that follow from the numbers. */
  readonly notes: readonly string[];
  readonly errorExamples: Readonly<Partial<Record<RequestErrorKind, string>>>;
  readonly calls: readonly CallSummary[];
  /** What timer_score is counted against; default: as the scenario says. */
  readonly scoreTargets?: ScoreTargets;
  /** What ran; absent where nobody knows. */
  readonly scenario?: Scenario;
}

/** A run's identity and course. */
export interface RunInput extends Omit<RunFacts, 'started_at' | 'duration_s' | 'stop_reason'> {
  readonly startedAtEpochMs: number;
  /** From the run's start to the last outcome. */
  readonly durationMs: number;
}

/**
 * The report of a run. Throws `E_ACCOUNTING` where the requests scheduled and those accounted for differ, for then no
 * other number can be trusted.
 */
export function buildReport(input: ReportInput): Report {
  const main = input.totals.merged({ phase: 'main' });
  checkAccounting(main.accounting);
  const groups = input.totals.groups({ phase: 'main' });
  const { priceOf = () => undefined, scoreTargets = input.scenario?.scoreTargets } = input;
  return {
    schema: 'tokenstorm.report/1',
    run: runFacts(input),
    verdict: verdictOf(input.stopReason, input.thresholds),
    validity: validityOf({
      ...main,
      courses: input.courses,
      generator: input.generator,
      missingShards: input.missingShards ?? 0,
      ...(input.lostWorker !== undefined && { lostWorker: input.lostWorker }),
      ...checkedCounts(main.counters),
    }),
    accounting: main.accounting,
    metrics: metricSummaries(main.trends),
    histograms: histograms(main.trends),
    distributions: distributionsOf(main.trends),
    errors: snakeCaseKeys(main.errors),
    error_examples: snakeCaseKeys(input.errorExamples),
    retries: retryTotals(main),
    tokens: tokenTotals(main),
    throughput: throughputOf(
      { ...main, counters: { ...main.counters, ...windowCounters(input.totals) } },
      input,
    ),
    cost: runCost(groups, priceOf, input.measuredSeconds),
    budget: budgetReport(input.budget, input.budgetState, input),
    scores: scoresOf(main.trends, scoreTargets),
    tiers: tiersOfTrends(main.trends),
    regression: null,
    thresholds: input.thresholds,
    groups: groups.map((group) => ({
      ...reportGroup(group, priceOf),
      scores: scoresOf(group.trends, scoreTargets),
      tiers: tiersOfTrends(group.trends),
      good: input.hasSlo ? (group.counters.good ?? 0) : null,
    })),
    windows: input.windows,
    gaps: input.gaps ?? [],
    generator: generatorReport(main, input.generator),
    calls: input.calls.map(reportedCall),
    notes: [
      ...input.notes,
      ...promptNotes(input.totals.groups()),
      ...lengthNotes(main),
      ...limitDropNotes(main),
      ...tokenNotes(main),
      ...costNotes(groups, priceOf),
      ...reasoningNotes(main),
      ...clockNotes(input.generator),
      ...sampleNotes(main.trends),
    ],
    ...(input.scenario !== undefined && { scenario: scenarioFacts(input.scenario) }),
  };
}

function reportGroup(group: SeriesGroup, priceOf: PriceOf): ReportGroup {
  return {
    labels: groupLabels(group.labels),
    accounting: group.accounting,
    metrics: metricSummaries(group.trends),
    distributions: distributionsOf(group.trends),
    tokens: tokenTotals(group),
    prompts: promptFacts(group),
    lengths: lengthFacts(group),
    cost: reportedCost([group], priceOf),
  };
}

/** Output tokens of the answers that the provider and a tokenizer of ours both counted. */
function checkedCounts({ tokens_checked: tokenizer, tokens_checked_by_provider: provider }: CounterTotals) {
  return tokenizer === undefined || provider === undefined ? {} : { tokenCounts: { provider, tokenizer } };
}

/** What came inside the measured window counts there whoever had asked for it: streams of the warm-up may reach into it. */
function windowCounters(totals: SeriesTotals): CounterTotals {
  const { window_completed = 0, window_output_tokens = 0 } = totals.figures().counters;
  return { window_completed, window_output_tokens };
}

function runFacts({ run, stopReason }: ReportInput): RunFacts {
  return {
    id: run.id,
    name: run.name,
    mode: run.mode,
    seed: run.seed,
    started_at: new Date(run.startedAtEpochMs).toISOString(),
    duration_s: Math.round(run.durationMs) / 1000,
    regions: run.regions,
    workers: run.workers,
    version: run.version,
    workloads: run.workloads,
    stop_reason: stopReason ?? null,
  };
}
