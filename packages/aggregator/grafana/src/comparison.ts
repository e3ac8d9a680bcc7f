import { dashboard } from './dashboard.ts';
import { is, last, levelTags, levelWords, measured, ofRun, select } from './influxql.ts';
import type { Level } from './influxql.ts';
import { note } from './layout.ts';
import { table, unitOf, withoutTime } from './table.ts';
import { rows } from './target.ts';
import { trend } from './time-series.ts';
import { choice, figureVariable, nameVariable, runVariable } from './variables.ts';

/** The variables of the two runs, as their columns are named. */
const sides = [
  { side: 'A', run: 'run' },
  { side: 'B', run: 'other' },
] as const;

const metricVariable = choice(
  'metric',
  'Metric',
  ['ttft', 'e2e', 'tpot', 'icl', 'ttft_corrected', 'e2e_corrected'],
  'ttft',
);

const outcome = table({
  title: 'How they ended',
  description: 'A run that is not valid, or that was stopped early, is no measure of a server.',
  unit: 'string',
  height: 5,
  overrides: [unitOf('scheduled|completed|failed|dropped|lost|workers', 'short'), unitOf('duration_s', 's')],
  targets: sides.map(({ side, run }) =>
    rows(
      select({
        fields: [
          'verdict',
          'validity',
          'reasons',
          'duration_s',
          'workers',
          'regions',
          'version',
          'scheduled',
          'completed',
          'failed',
          'dropped',
          'lost',
        ].map((name) => `"${name}"`),
        from: 'runs',
        where: [ofRun(run), is('event', 'end')],
        by: ['run', 'name'],
        inRange: false,
      }),
      side,
    ),
  ),
  transformations: [{ id: 'merge', options: {} }, withoutTime],
});

/** Both runs' rows as one where their labels are the same, with the ratio of what is compared most. */
const sideBySide = [
  { id: 'filterFieldsByName', options: { exclude: { names: ['Time'] } } },
  { id: 'merge', options: {} },
  {
    id: 'calculateField',
    options: {
      alias: 'p99 B / A',
      mode: 'binary',
      binary: { left: 'p99 B', operator: '/', right: 'p99 A' },
      reduce: { reducer: 'sum' },
    },
  },
];

const figures = ['p50', 'p95', 'p99', 'max'];
const columns = (side: string) => [
  last('count', `count ${side}`),
  ...figures.map((name) => last(name, `${name} ${side}`)),
];

/** Percentiles of both runs as a whole, side by side: of the series that a run is asked for, a row for each of these tags. */
const wholeRuns = (where: (run: string) => readonly string[], by: readonly string[]) => ({
  unit: 'ms',
  overrides: [unitOf('^count', 'short'), unitOf('B / A', 'none')],
  targets: sides.map(({ side, run }) =>
    rows(select({ fields: columns(side), from: 'runLatency', where: where(run), by, inRange: false }), side),
  ),
  transformations: sideBySide,
});

const byMetric = table({
  title: 'Latency of the whole runs, by metric',
  description:
    'Exact percentiles over each whole run, all requests as one. Compare like with like: the same load, prompts and region.',
  height: 9,
  ...wholeRuns(
    (run) => [...measured('everything', run), `"metric" != 'output_tokens_per_second'`],
    ['metric'],
  ),
});

const byLabel = (level: Level & ('region' | 'model')) =>
  table({
    title: `\${metric} of the whole runs, by ${level}`,
    description: `Exact percentiles over each whole run. ${levelWords[level].replace('line for each chosen', 'row for each')}`,
    width: 12,
    ...wholeRuns((run) => [...unchosen(level, run), is('metric', '${metric:raw}')], levelTags[level]),
  });

/** Every series of a level: what there is to choose differs from run to run. */
function unchosen(level: Level, run: string): readonly string[] {
  return measured(level, run).filter((condition) => !condition.includes('=~'));
}

const counts = table({
  title: 'Requests, tokens and cost of the whole runs',
  description: 'Sums over each run, all requests as one.',
  unit: 'short',
  height: 5,
  overrides: [unitOf('^usd', 'currencyUSD')],
  targets: sides.map(({ side, run }) =>
    rows(
      select({
        fields: [
          'scheduled',
          'completed',
          'failed',
          'dropped',
          'lost',
          'attempts',
          'retries',
          'input_tokens',
          'output_tokens',
          'usd',
        ].map((name) => last(name)),
        from: 'runRequests',
        where: measured('everything', run),
        by: ['run', 'name'],
        inRange: false,
      }),
      side,
    ),
  ),
  transformations: [{ id: 'merge', options: {} }, withoutTime],
});

interface Course {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly from: 'latency' | 'requests' | 'generator';
  readonly field: string;
  readonly where: (run: string) => readonly string[];
}

/** Both runs over the time since their own start: each window says how far into its run it begins. */
const course = ({ title, description, unit, from, field, where }: Course) =>
  trend({
    title,
    description: `${description} The axis is the time since each run's own start.`,
    unit,
    xField: 'elapsed_s',
    targets: sides.map(({ side, run }) =>
      rows(
        select({ fields: ['"elapsed_s"', `${field} AS "${side}"`], from, where: where(run), inRange: false }),
        side,
      ),
    ),
    transformations: [
      { id: 'filterFieldsByName', options: { exclude: { names: ['Time'] } } },
      { id: 'joinByField', options: { byField: 'elapsed_s', mode: 'outer' } },
    ],
  });

const courses = [
  course({
    title: '${metric}: ${figure} of each window',
    description: 'All requests as one, in windows of 5 s.',
    unit: 'ms',
    from: 'latency',
    field: '"${figure:raw}"',
    where: (run) => [...measured('everything', run), is('metric', '${metric:raw}')],
  }),
  course({
    title: 'Completed requests per second',
    description: 'In windows of 5 s; the last one of a run is a part of it and reads low.',
    unit: 'reqps',
    from: 'requests',
    field: '"completed" / 5',
    where: (run) => measured('everything', run),
  }),
  course({
    title: 'Failed requests per second',
    description: 'In windows of 5 s.',
    unit: 'reqps',
    from: 'requests',
    field: '"failed" / 5',
    where: (run) => measured('everything', run),
  }),
  course({
    title: 'Requests in flight',
    description: 'At the end of each window.',
    unit: 'short',
    from: 'generator',
    field: '"in_flight"',
    where: (run) => [ofRun(run)],
  }),
];

const reading = note(
  'How to read it',
  'Choose two runs: **A** is what **B** is held against. Both must be *valid*, and ask the same of the server. One run each shows what happened, not what will: a difference that is smaller than that between two runs of the same thing is none. `tokenstorm diff` and repeated runs say more.',
  4,
);

/** Two runs beside each other. */
export const comparison = dashboard({
  name: 'comparison',
  title: 'two runs compared',
  description: 'Two runs beside each other, each from its own start.',
  variables: [
    nameVariable,
    runVariable('run', 'Run A'),
    runVariable('other', 'Run B'),
    metricVariable,
    figureVariable,
  ],
  annotations: [],
  sections: [
    { title: 'Outcome', panels: [reading, outcome, counts] },
    { title: 'The whole runs', panels: [byMetric, byLabel('region'), byLabel('model')] },
    { title: 'Their course', panels: courses },
  ],
});
