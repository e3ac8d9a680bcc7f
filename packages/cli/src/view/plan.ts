import { configuredPerMinute, usdText } from '@tokenstorm/core';
import type {
  ExportTarget,
  InfluxExport,
  LoadProfile,
  PlannedUse,
  ProviderLimits,
  Region,
  Regression,
  RunBudget,
  ThresholdSource,
} from '@tokenstorm/core';
import { estimateLines } from './estimate.ts';
import { countText, durationText, numbered, rateText } from './number-text.ts';
import { pageText, plainText } from './page.ts';
import type { Page } from './page.ts';
import { styleOf } from './style.ts';
import { labelled, shortened } from './wrap.ts';

/** One workload on one of its targets, as a plan shows it. What is absent is not fixed by the executor. */
export interface PlannedLoadRow {
  readonly workload: string;
  /** `provider/model`. */
  readonly target: string;
  readonly executor: LoadProfile['executor'];
  /** Exact for iterations, the mean for a rate; unknown for virtual users bound by time. */
  readonly requests?: number;
  readonly peakRatePerSecond?: number;
  readonly durationMs?: number;
  /** Delay from the run's start; 0 where it is absent. */
  readonly startAfterMs?: number;
  /** Virtual users, the most at a time. */
  readonly users?: number;
}

/** What a run would do. */
export interface PlanView {
  readonly name: string;
  readonly seed: number;
  readonly regions: readonly Region[];
  readonly shards: number;
  readonly loads: readonly PlannedLoadRow[];
  readonly thresholds: readonly ThresholdSource[];
  /** What the run is compared with at its end; undefined for nothing. */
  readonly regression?: Pick<Regression, 'baselines' | 'confidence' | 'limits'>;
  readonly exports: readonly ExportTarget[];
  /** The InfluxDB that windows are written to, as the scenario names it; undefined for none. */
  readonly influx?: InfluxExport;
  readonly limits: readonly ProviderLimits[];
  /** What the run may use up; undefined for no bound. */
  readonly budget?: RunBudget;
  /** What its load will use, as far as that is known. */
  readonly use: PlannedUse;
  /** What is allowed and probably not meant. */
  readonly warnings: readonly string[];
}

/** The resolved plan for `validate` and `--dry-run`: what would be sent, where, how fast, for how long. */
export function planText(
  plan: PlanView,
  options: { readonly width: number; readonly colours: boolean },
): string {
  const page = { width: options.width, style: styleOf(options.colours) };
  const title = shortened(`Plan: ${plainText(plan.name)}`, options.width);
  return pageText([
    [page.style.title(title), '='.repeat(title.length)],
    loadLines(plan.loads, page),
    summaryLines(plan, page),
    estimateLines(plan.use, plan.budget, page),
    limitLines(plan.limits, page),
    thresholdLines(plan.thresholds, page),
    regressionLines(plan, page),
    exportLines(plan, page),
    warningLines(plan.warnings, page),
  ]);
}

function loadLines(loads: readonly PlannedLoadRow[], { width, style }: Page): string[] {
  const lines = loads.flatMap((load) => [
    ...labelled('  ', `${plainText(load.workload)} to ${plainText(load.target)}`, width),
    ...labelled('    ', loadFacts(load).join(' | '), width),
  ]);
  return [style.title('Workloads:'), ...lines];
}

function loadFacts(load: PlannedLoadRow): string[] {
  const { requests, peakRatePerSecond, users, durationMs, startAfterMs = 0 } = load;
  const about = load.executor.endsWith('arrival-rate') ? 'about ' : '';
  const most = load.executor.startsWith('ramping') ? 'up to ' : '';
  return [
    load.executor,
    ...(requests === undefined ? [] : [about + numbered(requests, 'request')]),
    ...(peakRatePerSecond === undefined ? [] : [`${most}${rateText(peakRatePerSecond)} requests/s`]),
    ...(users === undefined ? [] : [most + numbered(users, 'virtual user')]),
    ...(durationMs === undefined ? [] : [durationText(durationMs)]),
    ...(startAfterMs === 0 ? [] : [`starts after ${durationText(startAfterMs)}`]),
  ];
}

function summaryLines(plan: PlanView, page: Page): string[] {
  const regions = plan.regions.map(
    ({ name, weight }) => `${plainText(name)} ${Number((weight * 100).toPrecision(3))}%`,
  );
  const facts = [
    ['Requests:   ', totalRequests(plan.loads)],
    ['Arrivals:   ', totalRate(plan.loads)],
    ['Duration:   ', totalDuration(plan.loads)],
    ['Regions:    ', regions.join(', ')],
    ['Shards:     ', `${countText(plan.shards)} | Seed: ${plan.seed}`],
  ] as const;
  return [...facts.flatMap(([label, text]) => labelled(label, text, page.width)), ...budgetLines(plan, page)];
}

function totalRequests(loads: readonly PlannedLoadRow[]): string {
  const known = loads.reduce((sum, load) => sum + (load.requests ?? 0), 0);
  const about = loads.some((load) => load.executor.endsWith('arrival-rate')) ? 'about ' : '';
  const others = loads.some((load) => load.requests === undefined) ? 'as many as the users get answered' : '';
  if (others !== '' && known === 0) return others;
  return `${about}${countText(known)}${others === '' ? '' : `, and ${others}`}`;
}

function totalRate(loads: readonly PlannedLoadRow[]): string {
  const rates = loads.flatMap((load) => load.peakRatePerSecond ?? []);
  if (rates.length === 0) return 'closed loop: each user sends when its answer is there';
  return `at most ${rateText(rates.reduce((sum, rate) => sum + rate, 0))} a second, all workloads together`;
}

function totalDuration(loads: readonly PlannedLoadRow[]): string {
  const longest = Math.max(0, ...loads.map((load) => (load.startAfterMs ?? 0) + (load.durationMs ?? 0)));
  const open = loads.some((load) => load.durationMs === undefined);
  if (longest === 0) return 'until all requests are answered';
  return durationText(longest) + (open ? ', or until all requests are answered' : '');
}

function thresholdLines(thresholds: readonly ThresholdSource[], { width, style }: Page): string[] {
  if (thresholds.length === 0) return [];
  const rules = thresholds.flatMap((threshold) => {
    const window =
      threshold.windowMs === undefined ? '' : `, over the last ${durationText(threshold.windowMs)}`;
    const abort = threshold.abortOnFail ? ', stops the run' : '';
    return labelled(
      '  ',
      `${plainText(threshold.metric)}: ${plainText(threshold.expression)}${window}${abort}`,
      width,
    );
  });
  return [style.title('Thresholds:'), ...rules];
}

function regressionLines({ regression }: PlanView, { width, style }: Page): string[] {
  if (regression === undefined) return [];
  const { baselines, confidence, limits } = regression;
  const against = `${baselines.map(plainText).join(', ')}, at ${Number((confidence * 100).toPrecision(6))}% confidence`;
  return [
    style.title('Compared at its end:'),
    ...labelled('  with ', against, width),
    ...limits.flatMap(({ metric, text }) => labelled('  ', `${metric}: at most ${text} worse`, width)),
  ];
}

function limitLines(limits: readonly ProviderLimits[], { width, style }: Page): string[] {
  if (limits.length === 0) return [];
  const lines = limits.flatMap((one) => {
    const rates = Object.entries(configuredPerMinute(one)).map(
      ([dimension, rate]) => `${rate.toLocaleString('en-US')} ${dimension.replace('-', ' ')}`,
    );
    return labelled('  ', `${plainText(one.provider)}: ${rates.join(', ')} a minute`, width);
  });
  return [style.title('Rate limits:'), ...lines];
}

function budgetLines({ budget }: Pick<PlanView, 'budget'>, { width }: Page): string[] {
  return [...(budget === undefined ? [] : labelled('Budget:     ', budgetText(budget), width))];
}

function budgetText({ usd, tokens, requests, onExhausted }: RunBudget): string {
  const limits = [
    ...(usd === undefined ? [] : [usdText(usd)]),
    ...(tokens === undefined ? [] : [numbered(tokens, 'token')]),
    ...(requests === undefined ? [] : [numbered(requests, 'request')]),
  ];
  const then = onExhausted === 'drain' ? 'what is under way may finish' : 'what is under way is cancelled';
  return `${limits.join(', ')}; once that is used up no request begins, and ${then}`;
}

function warningLines(warnings: readonly string[], { width, style }: Page): string[] {
  if (warnings.length === 0) return [];
  return [style.title('Warnings:'), ...warnings.flatMap((text) => labelled('  - ', plainText(text), width))];
}

function exportLines({ exports, influx }: Pick<PlanView, 'exports' | 'influx'>, { style }: Page): string[] {
  if (exports.length === 0 && influx === undefined) return [];
  return [
    style.title('Exports:'),
    ...exports.map(({ format, path }) => `  ${format}: ${plainText(path)}`),
    ...(influx === undefined ? [] : [`  influxdb: ${plainText(influx.url ?? 'as the environment says')}`]),
  ];
}
