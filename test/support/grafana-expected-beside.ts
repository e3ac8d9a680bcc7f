import type { Report, TrendName } from '@tokenstorm/core';
import { generatorFigures as known, generatorOverTime } from './generator-history.ts';
import type { Expected } from './grafana-expected.ts';
import { prices } from './grafana-expected.ts';
import { latencyOfRun, latencyOverTime } from './grafana-rows.ts';
import type { PanelContext, Row, Split } from './grafana-rows.ts';

const region: Split = ['region'];
const lags = { p50: 'p50', p99: 'p99', max: 'max' } as const;
const ending = (pick: (report: Report) => Row) =>
  [({ run }: PanelContext) => [pick(run.report)]] satisfies Expected;
const reasonsOf = ({ validity }: Report) => validity.reasons.map(({ code }) => code).join(', ');
const limit = generatorOverTime({ 'limit of p99': known.lateness_limit_ms });

const generator: Readonly<Record<string, Expected>> = {
  'Validity so far': ending(({ validity }) => ({ validity: validity.level })),
  Why: ending((report) => ({ reasons: reasonsOf(report) })),
  Workers: ending((report) => ({ workers: report.run.workers })),
  'CPU of the busiest worker': ending((report) => ({ cpu: report.generator.cpu_ratio })),
  'Memory of the largest worker': ending((report) => ({ memory: report.generator.rss_mb })),
  'Schedule lag': [latencyOverTime('schedule_lag', lags), limit],
  'Send delay': [latencyOverTime('send_delay', lags), limit],
  'Schedule lag: p99 by region': [latencyOverTime('schedule_lag', { p99: 'p99' }, region)],
  'Send delay: p99 by region': [latencyOverTime('send_delay', { p99: 'p99' }, region)],
  'Error of time stamps, so far': [
    generatorOverTime({ p99: known.stamp_error_bound_p99_ms, limit: known.stamp_error_limit_ms }),
  ],
  'Delay of the event loop, so far': [generatorOverTime({ p99: known.event_loop_delay_p99_ms })],
  'Busiest worker': [
    generatorOverTime({ CPU: known.cpu_ratio, 'waiting for a CPU': known.run_queue_delay_ratio }),
  ],
  'Requests in flight': [generatorOverTime({ 'in flight': known.in_flight })],
  'Clock error': [generatorOverTime({ 'clock error': known.clock_error_ms })],
  'Workers and memory': [generatorOverTime({ workers: known.workers, MB: known.rss_mb })],
};

/** The same of both runs: of the one that is compared, and of the one that it is compared to. */
const bothSides = (rows: (context: PanelContext, side: 'A' | 'B') => readonly Row[]): Expected => [
  (context) => rows(context, 'A'),
  (context) => rows({ ...context, run: context.other }, 'B'),
];
const figures = ['count', 'p50', 'p95', 'p99', 'max'] as const;
const columns = (side: string) =>
  Object.fromEntries(figures.map((name) => [`${name} ${side}`, name] as const));
const metricOf = ({ choices }: PanelContext) => choices['metric'] as TrendName;
const wholeRun = (split: Split) =>
  bothSides((context, side) => latencyOfRun([metricOf(context)], columns(side), split, () => ({}))(context));

const perSecond = (outcome: 'completed' | 'failed') =>
  bothSides(({ run }, side) =>
    run.windows.map(({ elapsedS, totals }) => ({
      elapsed_s: elapsedS,
      [side]: totals.figures({ phase: 'main' }).accounting[outcome] / 5,
    })),
  );

const comparison: Readonly<Record<string, Expected>> = {
  'How they ended': bothSides(({ run: { report } }) => [
    {
      run: report.run.id,
      name: report.run.name,
      verdict: report.verdict,
      validity: report.validity.level,
      reasons: reasonsOf(report),
      duration_s: report.run.duration_s,
      workers: report.run.workers,
      regions: report.run.regions.join(', '),
      version: report.run.version,
      ...outcomesOf(report),
    },
  ]),
  'Requests, tokens and cost of the whole runs': bothSides(({ run: { report } }) => [
    {
      run: report.run.id,
      name: report.run.name,
      ...outcomesOf(report),
      attempts: report.retries.attempts,
      retries: report.retries.attempts - sentOf(report),
      input_tokens: report.tokens.input,
      output_tokens: report.tokens.output,
      usd: costOf(report),
    },
  ]),
  'Latency of the whole runs, by metric': bothSides(({ run: { report } }, side) =>
    Object.entries(report.metrics)
      .filter(([metric]) => metric !== 'output_tokens_per_second')
      .map(([metric, summary]) => ({
        metric,
        ...Object.fromEntries(figures.map((name) => [`${name} ${side}`, summary[name]])),
      })),
  ),
  '${metric} of the whole runs, by region': wholeRun(region),
  '${metric} of the whole runs, by model': wholeRun(['provider', 'model']),
  '${metric}: ${figure} of each window': bothSides(({ run, choices }, side) =>
    run.windows.flatMap(({ elapsedS, totals }) => {
      const trend = totals.trend(choices['metric'] as TrendName, { phase: 'main' });
      const summary = trend?.summary('');
      return summary === undefined
        ? []
        : [{ elapsed_s: elapsedS, [side]: summary[choices['figure'] as 'p99'] }];
    }),
  ),
  'Completed requests per second': perSecond('completed'),
  'Failed requests per second': perSecond('failed'),
  'Requests in flight': bothSides((context, side) => {
    const rows = generatorOverTime({ [side]: known.in_flight })({ ...context, intervalMs: 1 });
    return rows.map(({ time, ...row }) => ({
      elapsed_s: (Number(time) - context.run.startedAtEpochMs) / 1000,
      ...row,
    }));
  }),
};

function outcomesOf({ accounting: { scheduled, completed, failed, dropped, lost } }: Report): Row {
  return { scheduled, completed, failed, dropped, lost };
}

function sentOf({ retries: { attempts, amplification } }: Report): number {
  return Math.round(attempts / (amplification ?? 1));
}

/** By hand. */
function costOf({ groups }: Report): number {
  return groups.reduce((sum, { labels, tokens }) => {
    const { input, output } = prices[`${labels.provider}/${labels.model}`]!;
    return sum + ((tokens.input ?? 0) * input + (tokens.output ?? 0) * output) / 1e6;
  }, 0);
}

/** What each panel of these dashboards must give, by its title. */
export const besidePanels = { generator, comparison };
