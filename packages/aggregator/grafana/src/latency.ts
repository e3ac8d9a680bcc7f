import { runAnnotations } from './annotations.ts';
import { dashboard } from './dashboard.ts';
import { last, levelTags, levelWords, measured, select, step, worst } from './influxql.ts';
import type { Level } from './influxql.ts';
import { byLevel, percentiles } from './latency-lines.ts';
import { table, unitOf } from './table.ts';
import { lines, rows } from './target.ts';
import { timeSeries } from './time-series.ts';
import { figureVariable, groupVariables, nameVariable, runVariable } from './variables.ts';

const metrics = [
  { metric: 'ttft', title: 'Time to first token' },
  { metric: 'e2e', title: 'End-to-end latency' },
  { metric: 'tpot', title: 'Time per output token' },
];

const corrected = (metric: string, title: string) =>
  timeSeries({
    title: `${title}: as sent and as intended`,
    description: `The chosen figure counted from the send, and from when the plan wanted the request (corrected). Where they part, requests waited before they were sent: for a limit, a slot or a late generator. Everything as one.`,
    unit: 'ms',
    width: 12,
    targets: [
      lines(
        select({
          fields: [worst('${figure:raw}', 'figure')],
          from: 'latency',
          where: [...measured('everything'), `("metric" = '${metric}' OR "metric" = '${metric}_corrected')`],
          by: [step, 'metric'],
        }),
        '$tag_metric',
      ),
    ],
  });

const wholeRun = (level: Level) =>
  table({
    title: `The whole run by ${level}`,
    description: `Exact percentiles over the whole run. ${levelWords[level].replace('line', 'row')} There once the run has ended.`,
    unit: 'ms',
    overrides: [unitOf('count', 'short')],
    targets: [
      rows(
        select({
          fields: ['count', 'p50', 'p95', 'p99', 'max'].map((name) => last(name)),
          from: 'runLatency',
          where: [...measured(level), `("metric" = 'ttft' OR "metric" = 'e2e' OR "metric" = 'tpot')`],
          by: ['metric', ...levelTags[level]],
          inRange: false,
        }),
      ),
    ],
  });

/** Where time goes: by region, by model, by group. */
export const latency = dashboard({
  name: 'latency',
  title: 'latency',
  description:
    'Time to first token, end to end and per token: of everything, by region, by model of a provider, by group.',
  variables: [nameVariable, runVariable('run', 'Run'), ...groupVariables, figureVariable],
  annotations: runAnnotations(),
  sections: [
    { title: 'All requests as one', panels: metrics.map((metric) => percentiles(metric)) },
    { title: 'By region', panels: metrics.map((metric) => byLevel('region', metric)) },
    { title: 'By provider and model', panels: metrics.map((metric) => byLevel('model', metric)) },
    { title: 'By group', panels: metrics.map((metric) => byLevel('group', metric)) },
    {
      title: 'From the send and from the plan',
      panels: [corrected('ttft', 'Time to first token'), corrected('e2e', 'End-to-end latency')],
    },
    { title: 'The whole run', panels: (['region', 'model', 'group'] as const).map(wholeRun) },
  ],
});
