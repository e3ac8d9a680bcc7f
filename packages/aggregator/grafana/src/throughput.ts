import { runAnnotations } from './annotations.ts';
import { dashboard } from './dashboard.ts';
import { levelTags, measured, perSecond, select, step, sum } from './influxql.ts';
import { byLevel } from './latency-lines.ts';
import { stat } from './stat.ts';
import { table, unitOf } from './table.ts';
import { lines, rows } from './target.ts';
import { timeSeries } from './time-series.ts';
import { figureVariable, groupVariables, nameVariable, runVariable, splitVariable } from './variables.ts';

const group = measured('group');
const isSum = 'Sums over the chosen groups.';
const wholeRun = { from: 'requests', where: group, inRange: false } as const;

const figures = [
  {
    title: 'Output tokens',
    description: `Of completed requests so far. ${isSum}`,
    unit: 'short',
    noValue: 'none yet',
    field: sum('output_tokens', 'tokens'),
  },
  {
    title: 'Input tokens',
    description: `Of completed requests so far. ${isSum}`,
    unit: 'short',
    noValue: 'none yet',
    field: sum('input_tokens', 'tokens'),
  },
  {
    title: 'From a cache',
    description: `Share of the input tokens that came from a prompt cache, so far. ${isSum}`,
    unit: 'percentunit',
    noValue: 'none yet',
    field: 'sum("cached_input_tokens") / sum("input_tokens") AS "share"',
  },
  {
    title: 'Cost',
    description: `Of completed requests so far, by the prices in the scenario; models without a price are left out. ${isSum}`,
    unit: 'currencyUSD',
    noValue: 'no prices',
    field: sum('usd', 'cost'),
  },
  {
    title: 'Cost of 1,000 tokens',
    description: `Input and output together. Right where every chosen model has a price. ${isSum}`,
    unit: 'currencyUSD',
    noValue: 'no prices',
    field: 'sum("usd") * 1000 / (sum("input_tokens") + sum("output_tokens")) AS "cost"',
  },
  {
    title: 'Goodput',
    description: `Requests within every SLO as a share of all that are over, so far; 0 without an SLO. ${isSum}`,
    unit: 'percentunit',
    noValue: 'none yet',
    field:
      'sum("good") / (sum("completed") + sum("failed") + sum("dropped") + sum("lost") + sum("cancelled")) AS "share"',
  },
].map(({ field, ...text }) =>
  stat({ ...text, targets: [lines(select({ fields: [field], ...wholeRun }), text.title)] }),
);

const split = (title: string, description: string, unit: string, field: string, isStacked = true) =>
  timeSeries({
    title: `${title} by \${by}`,
    description: `${description} ${isSum}`,
    unit,
    isStacked,
    calcs: ['mean', 'max'],
    targets: [
      lines(
        select({ fields: [field], from: 'requests', where: group, by: [step, '${by:raw}'] }),
        '$tag_${by:raw}',
      ),
    ],
  });

const offered = timeSeries({
  title: 'Requests per second, offered and achieved',
  description: `Scheduled counts when a request was due, the others when it ended. ${isSum}`,
  unit: 'reqps',
  targets: [
    lines(
      select({
        fields: (['scheduled', 'completed', 'failed'] as const).map((name) => perSecond(name)),
        from: 'requests',
        where: group,
        by: [step],
      }),
      '$col',
    ),
  ],
});

const spent = timeSeries({
  title: 'Cost since the left edge',
  description: `Adds up from the beginning of the time range on. ${isSum}`,
  unit: 'currencyUSD',
  targets: [
    lines(
      select({
        fields: ['cumulative_sum(sum("usd")) AS "cost"'],
        from: 'requests',
        where: group,
        by: [step, '${by:raw}'],
      }),
      '$tag_${by:raw}',
    ),
  ],
});

const perGroup = table({
  title: 'By group, the run so far',
  description: 'One row for each chosen group: a model of a provider, asked by a scenario from a region.',
  unit: 'short',
  overrides: [unitOf('usd', 'currencyUSD')],
  targets: [
    rows(
      select({
        fields: [
          'completed',
          'failed',
          'input_tokens',
          'cached_input_tokens',
          'output_tokens',
          'reasoning_tokens',
          'usd',
        ].map((name) => sum(name)),
        ...wholeRun,
        by: levelTags.group,
      }),
    ),
  ],
});

/** What came through, and what it cost. */
export const throughput = dashboard({
  name: 'throughput',
  title: 'throughput, tokens and cost',
  description:
    'Requests and tokens per second, and what they cost: counts add up, so any choice of labels is exact.',
  variables: [nameVariable, runVariable('run', 'Run'), ...groupVariables, splitVariable, figureVariable],
  annotations: runAnnotations(),
  sections: [
    { title: 'The run so far', panels: figures },
    {
      title: 'Per second',
      panels: [
        offered,
        split(
          'Completed requests per second',
          'Counted when they ended.',
          'reqps',
          perSecond('completed', 'value'),
        ),
        split(
          'Output tokens per second',
          'Of requests that completed, counted when they ended.',
          'short',
          perSecond('output_tokens', 'value'),
        ),
        split(
          'Input tokens per second',
          'Of requests that completed.',
          'short',
          perSecond('input_tokens', 'value'),
        ),
        byLevel('model', {
          metric: 'output_tokens_per_second',
          title: 'Output tokens per second and user',
          unit: 'short',
        }),
        split(
          'Good requests per second',
          'Completed within every SLO; none without an SLO.',
          'reqps',
          perSecond('good', 'value'),
        ),
      ],
    },
    {
      title: 'Cost',
      panels: [
        split(
          'Cost per minute',
          'Of requests that completed; models without a price are left out.',
          'currencyUSD',
          'sum("usd") * 60000 / $__interval_ms AS "value"',
        ),
        spent,
      ],
    },
    { title: 'By group', panels: [perGroup] },
  ],
});
