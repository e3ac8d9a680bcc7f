import { requestErrorKinds } from '@tokenstorm/core';
import { attemptErrorField, errorField } from '../../src/influx/fields.ts';
import { runAnnotations } from './annotations.ts';
import { dashboard } from './dashboard.ts';
import { measured, perSecond, select, step, sum } from './influxql.ts';
import { byLevel } from './latency-lines.ts';
import { stat } from './stat.ts';
import { table } from './table.ts';
import { lines, rows } from './target.ts';
import { timeSeries } from './time-series.ts';
import { figureVariable, groupVariables, nameVariable, runVariable, splitVariable } from './variables.ts';

const group = measured('group');
const isSum = 'Sums over the chosen groups.';
const wholeRun = { from: 'requests', where: group, inRange: false } as const;
const nameOf = (kind: string) => kind.replaceAll('-', '_');

const errorSteps = [
  ['green', null],
  ['yellow', 0.01],
  ['red', 0.05],
] as const;
const anySteps = [
  ['green', null],
  ['red', 1],
] as const;

const figures = [
  {
    title: 'Errors',
    description: `Failed as a share of completed and failed, so far. ${isSum}`,
    unit: 'percentunit',
    steps: errorSteps,
    field: 'sum("failed") / (sum("completed") + sum("failed")) AS "share"',
  },
  {
    title: 'Dropped',
    description: `Never sent, because max_in_flight requests were under way when they were due. ${isSum}`,
    unit: 'short',
    steps: [
      ['green', null],
      ['orange', 1],
    ] as const,
    field: sum('dropped', 'requests'),
  },
  {
    title: 'Lost',
    description: `Nobody knows what became of them: the worker that sent them died. ${isSum}`,
    unit: 'short',
    steps: anySteps,
    field: sum('lost', 'requests'),
  },
  {
    title: 'Cancelled',
    description: `Given up by us when the run was stopped. ${isSum}`,
    unit: 'short',
    field: sum('cancelled', 'requests'),
  },
  {
    title: 'Retried',
    description: `Requests with more than one attempt, whatever became of them. ${isSum}`,
    unit: 'short',
    field: sum('retried_requests', 'requests'),
  },
  {
    title: 'Amplification',
    description: `Attempts for each request that was sent: 1 without a retry. ${isSum}`,
    unit: 'none',
    decimals: 3,
    field: 'sum("attempts") / (sum("attempts") - sum("retries")) AS "factor"',
  },
].map(({ field, ...text }) =>
  stat({
    ...text,
    noValue: 'none yet',
    targets: [lines(select({ fields: [field], ...wholeRun }), text.title)],
  }),
);

const overTime = (
  title: string,
  description: string,
  fields: readonly string[],
  { unit = 'reqps', isStacked = true, width = 12 } = {},
) =>
  timeSeries({
    title,
    description: `${description} ${isSum}`,
    unit,
    isStacked,
    width,
    calcs: ['mean', 'max'],
    targets: [lines(select({ fields, from: 'requests', where: group, by: [step] }), '$col')],
  });

const errorShare = timeSeries({
  title: 'Error rate by ${by}',
  description: `Failed as a share of completed and failed in each step. ${isSum}`,
  unit: 'percentunit',
  limits: errorSteps,
  targets: [
    lines(
      select({
        fields: ['sum("failed") / (sum("completed") + sum("failed")) AS "share"'],
        from: 'requests',
        where: group,
        by: [step, '${by:raw}'],
      }),
      '$tag_${by:raw}',
    ),
  ],
});

const kinds = table({
  title: 'Kinds of errors, the run so far',
  description: `Requests: failed in the end. Attempts: failed, and the request was tried again. Kinds that did not happen are left out. ${isSum}`,
  unit: 'short',
  height: 10,
  targets: [
    rows(
      select({ fields: requestErrorKinds.map((kind) => sum(errorField(kind), nameOf(kind))), ...wholeRun }),
    ),
    rows(
      select({
        fields: requestErrorKinds.map((kind) => sum(attemptErrorField(kind), `${nameOf(kind)} (attempts)`)),
        ...wholeRun,
      }),
      'B',
    ),
  ],
  transformations: [
    { id: 'filterFieldsByName', options: { exclude: { names: ['Time'] } } },
    { id: 'reduce', options: { reducers: ['sum'], mode: 'seriesToRows', labelsToFields: false } },
    {
      id: 'filterByValue',
      options: {
        filters: [{ fieldName: 'Total', config: { id: 'greater', options: { value: 0 } } }],
        match: 'any',
        type: 'include',
      },
    },
    { id: 'sortBy', options: { sort: [{ field: 'Total', desc: true }] } },
  ],
});

const waits = [
  { metric: 'rate_limit_wait', title: 'Wait for rate limits' },
  { metric: 'concurrency_wait', title: 'Wait for a slot' },
  { metric: 'retry_wait', title: 'Wait before retries' },
].map((metric) => byLevel('model', metric));

/** What did not come through, and what requests waited for. */
export const failures = dashboard({
  name: 'errors',
  title: 'errors, limits and retries',
  description:
    'What failed and why, what was never sent, what requests waited for, and how much retries added to the load.',
  variables: [nameVariable, runVariable('run', 'Run'), ...groupVariables, splitVariable, figureVariable],
  annotations: runAnnotations(),
  sections: [
    { title: 'The run so far', panels: figures },
    {
      title: 'Failures',
      panels: [
        overTime(
          'Failed requests per second by kind',
          'By the kind of their last error.',
          requestErrorKinds.map((kind) => perSecond(errorField(kind), nameOf(kind))),
        ),
        overTime(
          'Failed attempts per second by kind',
          'Attempts after which another one followed, or was to.',
          requestErrorKinds.map((kind) => perSecond(attemptErrorField(kind), nameOf(kind))),
        ),
        errorShare,
        overTime(
          'Never answered, per second',
          "Dropped and lost are the load generator's doing, cancelled that of whoever stopped the run.",
          ['dropped', 'lost', 'cancelled'].map((name) => perSecond(name)),
          { width: 8 },
        ),
        overTime(
          'Amplification over time',
          'Attempts for each request that was sent: how much more the server gets than the plan says.',
          ['sum("attempts") / (sum("attempts") - sum("retries")) AS "amplification"'],
          { unit: 'none', isStacked: false, width: 8 },
        ),
      ],
    },
    { title: 'Waits, which no latency holds', panels: waits },
    { title: 'Kinds', panels: [kinds] },
  ],
});
