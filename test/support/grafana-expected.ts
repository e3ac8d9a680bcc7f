import { requestErrorKinds } from '@tokenstorm/core';
import type { TrendName } from '@tokenstorm/core';
import { OneOf, generatorFigures, generatorOverTime } from './generator-history.ts';
import { countsOfRun, countsOverTime, latencyOfRun, latencyOverTime, mapped } from './grafana-rows.ts';
import type { Count, PanelContext, Row, Split } from './grafana-rows.ts';

/** What each target of a panel must give, in their order. */
export type Expected = readonly ((context: PanelContext) => readonly Row[])[];

const region: Split = ['region'];
const model: Split = ['provider', 'model'];
const group: Split = ['region', 'provider', 'model', 'scenario'];
const tails = { p50: 'p50', p95: 'p95', p99: 'p99' } as const;
const wholeRunMetrics: readonly TrendName[] = ['ttft', 'e2e', 'tpot'];

/** USD per million input and output tokens, by provider and model; also what the scenario of the runs says. */
export const prices: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'own/small': { input: 0.5, output: 2 },
  'own/large': { input: 3, output: 15 },
  'other/small': { input: 0.25, output: 1 },
};

const outcome = (name: 'scheduled' | 'completed' | 'failed' | 'dropped' | 'lost' | 'cancelled') =>
  (({ accounting }) => accounting[name]) satisfies Count;
const counter = (name: string) =>
  (({ counters }) => (counters as Readonly<Record<string, number>>)[name] ?? 0) satisfies Count;
const perSecond =
  (count: Count): Count =>
  (figures, groups, stepSeconds) =>
    (count(figures, groups, stepSeconds) ?? 0) / stepSeconds;
const ratio =
  (over: Count, under: Count): Count =>
  (...figures) => {
    const [above = 0, below = 0] = [over(...figures), under(...figures)];
    return below === 0 ? 0 : above / below;
  };
const plus =
  (...counts: readonly Count[]): Count =>
  (...figures) =>
    counts.reduce((sum, count) => sum + (count(...figures) ?? 0), 0);
const usd: Count = (_, groups) => {
  const costs = groups.map(({ labels, counters: { input_tokens = 0, output_tokens = 0 } }) => {
    const price = prices[`${labels.provider}/${labels.model}`]!;
    return (input_tokens * price.input + output_tokens * price.output) / 1e6;
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
};

const named = <Name extends string>(names: readonly Name[], countOf: (name: Name) => Count) =>
  Object.fromEntries(names.map((name) => [name, countOf(name)]));
const outcomes = ['scheduled', 'completed', 'failed', 'dropped', 'lost', 'cancelled'] as const;
const rates = (names: readonly (typeof outcomes)[number][]) =>
  named(names, (name) => perSecond(outcome(name)));
const tokens = { input: counter('input_tokens'), output: counter('output_tokens') };
const errorShare = ratio(outcome('failed'), plus(outcome('completed'), outcome('failed')));
const sent: Count = ({ counters }) => (counters.attempts ?? 0) - (counters.retries ?? 0);
const amplification = ratio(counter('attempts'), sent);
const perMinute =
  (count: Count): Count =>
  (...figures) =>
    (perSecond(count)(...figures) ?? 0) * 60;
const kinds = (source: 'errors' | 'attemptErrors', suffix = ''): Readonly<Record<string, Count>> =>
  Object.fromEntries(
    requestErrorKinds.map((kind) => [
      `${kind.replaceAll('-', '_')}${suffix}`,
      (figures) => figures[source][kind] ?? 0,
    ]),
  );

/** The label that lines are split by, and the figure that is chosen. */
const by = ({ choices }: PanelContext): Split => [choices['by'] as 'region'];
const figure = ({ choices }: PanelContext) => ({ figure: choices['figure'] as 'p99' });

const chosenFigure = (metric: TrendName, split: Split = []) =>
  [(context: PanelContext) => latencyOverTime(metric, figure(context), split)(context)] satisfies Expected;
const splitRate = (count: Count) =>
  [
    (context: PanelContext) => countsOverTime({ value: count }, by(context), group)(context),
  ] satisfies Expected;
const ofGroups = (counts: Readonly<Record<string, Count>>) =>
  [countsOfRun(counts, [], group)] satisfies Expected;
const groupsOverTime = (counts: Readonly<Record<string, Count>>) =>
  [countsOverTime(counts, [], group)] satisfies Expected;
const ending = (pick: (report: PanelContext['run']['report']) => Row) =>
  [({ run }: PanelContext) => [pick(run.report)]] satisfies Expected;
const reasonsOf = (report: PanelContext['run']['report']) =>
  report.validity.reasons.map(({ code }) => code).join(', ');

const run: Readonly<Record<string, Expected>> = {
  Verdict: ending(({ verdict }) => ({ verdict })),
  Validity: ending(({ validity }) => ({ validity: validity.level })),
  Why: ending((report) => ({ reasons: reasonsOf(report) })),
  Errors: [countsOfRun({ errors: errorShare })],
  Cost: [countsOfRun({ usd })],
  Requests: [countsOfRun(named(outcomes, outcome))],
  Tokens: [countsOfRun(tokens)],
  'Requests per second, offered and achieved': [countsOverTime(rates(['scheduled', 'completed', 'failed']))],
  'Requests in flight': [generatorOverTime({ in_flight: generatorFigures.in_flight })],
  'Time to first token: p50, p95, p99': [latencyOverTime('ttft', tails)],
  'End-to-end latency: p50, p95, p99': [latencyOverTime('e2e', tails)],
  'Time per output token: p50, p95, p99': [latencyOverTime('tpot', tails)],
  'Requests without an answer, per second': [
    countsOverTime(rates(['failed', 'dropped', 'lost', 'cancelled'])),
  ],
  'Tokens per second': [countsOverTime(mapped(tokens, perSecond))],
  'Cost per minute': [countsOverTime({ 'usd per minute': perMinute(usd) })],
  'The whole run': [
    ({ run: logged }) =>
      Object.entries(logged.report.metrics)
        .filter(([metric]) => metric !== 'output_tokens_per_second')
        .map(([metric, { count, p50, p75, p90, p95, p99, p999, max, mean }]) => {
          return { metric, count, p50, p75, p90, p95, p99, p999, max, mean };
        }),
  ],
  'Runs that have ended': [
    ({ run: one, other }) =>
      [one, other].map(({ report, startedAtEpochMs, endedAtEpochMs }) => ({
        run: report.run.id,
        name: report.run.name,
        verdict: report.verdict,
        validity: report.validity.level,
        reasons: reasonsOf(report),
        duration_s: report.run.duration_s,
        scheduled: report.accounting.scheduled,
        completed: report.accounting.completed,
        failed: report.accounting.failed,
        regions: report.run.regions.join(', '),
        workers: report.run.workers,
        started_ms: startedAtEpochMs,
        ended_ms: new OneOf([endedAtEpochMs, endedAtEpochMs + 1]),
      })),
  ],
};

const latencyTitles = {
  ttft: 'Time to first token',
  e2e: 'End-to-end latency',
  tpot: 'Time per output token',
};
const latencyColumns = { count: 'count', p50: 'p50', p95: 'p95', p99: 'p99', max: 'max' } as const;
const latency: Readonly<Record<string, Expected>> = Object.fromEntries([
  ...Object.entries(latencyTitles).flatMap(([metric, title]) => [
    [`${title}: p50, p95, p99`, [latencyOverTime(metric as TrendName, tails)]],
    [`${title}: \${figure} by region`, chosenFigure(metric as TrendName, region)],
    [`${title}: \${figure} by model`, chosenFigure(metric as TrendName, model)],
    [`${title}: \${figure} by group`, chosenFigure(metric as TrendName, group)],
  ]),
  ...(['ttft', 'e2e'] as const).map((metric) => [
    `${latencyTitles[metric]}: as sent and as intended`,
    [
      (context: PanelContext) =>
        [metric, `${metric}_corrected` as const].flatMap((name) =>
          latencyOverTime(name, figure(context))(context).map((row) => ({ ...row, metric: name })),
        ),
    ],
  ]),
  ...Object.entries({ region, model, group }).map(([level, split]) => [
    `The whole run by ${level}`,
    [latencyOfRun(wholeRunMetrics, latencyColumns, split)],
  ]),
]);

const groupCounts = {
  completed: outcome('completed'),
  failed: outcome('failed'),
  ...named(['input_tokens', 'cached_input_tokens', 'output_tokens', 'reasoning_tokens'], counter),
  usd,
};
const throughput: Readonly<Record<string, Expected>> = {
  'Output tokens': ofGroups({ tokens: tokens.output }),
  'Input tokens': ofGroups({ tokens: tokens.input }),
  'From a cache': ofGroups({ share: ratio(counter('cached_input_tokens'), tokens.input) }),
  Cost: ofGroups({ cost: usd }),
  'Cost of 1,000 tokens': ofGroups({
    cost: ratio((...figures) => usd(...figures)! * 1000, plus(tokens.input, tokens.output)),
  }),
  Goodput: ofGroups({ share: ratio(counter('good'), plus(...outcomes.slice(1).map(outcome))) }),
  'Requests per second, offered and achieved': groupsOverTime(rates(['scheduled', 'completed', 'failed'])),
  'Completed requests per second by ${by}': splitRate(perSecond(outcome('completed'))),
  'Output tokens per second by ${by}': splitRate(perSecond(tokens.output)),
  'Input tokens per second by ${by}': splitRate(perSecond(tokens.input)),
  'Output tokens per second and user: ${figure} by model': chosenFigure('output_tokens_per_second', model),
  'Good requests per second by ${by}': splitRate(perSecond(counter('good'))),
  'Cost per minute by ${by}': splitRate(perMinute(usd)),
  'Cost since the left edge': [
    (context) => addedUp(countsOverTime({ cost: usd }, by(context), group)(context)),
  ],
  'By group, the run so far': [countsOfRun(groupCounts, group, group)],
};

/** Each line's cost with all that came before it. */
function addedUp(rows: readonly Row[]): Row[] {
  const sums = new Map<string, number>();
  return rows
    .toSorted((a, b) => Number(a['time']) - Number(b['time']))
    .map(({ time, cost, ...tags }) => {
      const key = JSON.stringify(tags);
      sums.set(key, (sums.get(key) ?? 0) + Number(cost));
      return { time, ...tags, cost: sums.get(key) };
    });
}

const errors: Readonly<Record<string, Expected>> = {
  Errors: ofGroups({ share: errorShare }),
  Dropped: ofGroups({ requests: outcome('dropped') }),
  Lost: ofGroups({ requests: outcome('lost') }),
  Cancelled: ofGroups({ requests: outcome('cancelled') }),
  Retried: ofGroups({ requests: counter('retried_requests') }),
  Amplification: ofGroups({ factor: amplification }),
  'Failed requests per second by kind': groupsOverTime(mapped(kinds('errors'), perSecond)),
  'Failed attempts per second by kind': groupsOverTime(mapped(kinds('attemptErrors'), perSecond)),
  'Error rate by ${by}': [(context) => countsOverTime({ share: errorShare }, by(context), group)(context)],
  'Never answered, per second': groupsOverTime(rates(['dropped', 'lost', 'cancelled'])),
  'Amplification over time': groupsOverTime({ amplification }),
  'Wait for rate limits: ${figure} by model': chosenFigure('rate_limit_wait', model),
  'Wait for a slot: ${figure} by model': chosenFigure('concurrency_wait', model),
  'Wait before retries: ${figure} by model': chosenFigure('retry_wait', model),
  'Kinds of errors, the run so far': [
    countsOfRun(kinds('errors'), [], group),
    countsOfRun(kinds('attemptErrors', ' (attempts)'), [], group),
  ],
};

/** What each panel of these dashboards must give, by its title. */
export const runPanels = { run, latency, throughput, errors };
