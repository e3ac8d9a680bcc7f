import { runAnnotations } from './annotations.ts';
import { dashboard } from './dashboard.ts';
import { is, last, levelTags, levelWords, measured, ofRun, select, step, worst } from './influxql.ts';
import { aliasOf } from './latency-lines.ts';
import { stat } from './stat.ts';
import { lines } from './target.ts';
import { timeSeries } from './time-series.ts';
import { nameVariable, runVariable, tagVariable } from './variables.ts';
import { validityColors } from './validity-colors.ts';

const soFar = { from: 'generator', where: [ofRun()], inRange: false } as const;

const figures = [
  {
    title: 'Validity so far',
    description:
      'What the report would say now; at the end, what it says. Invalid: look for the cause here before you look at any latency.',
    unit: 'string',
    colors: validityColors,
    noValue: 'not known yet',
    field: last('validity', 'validity'),
  },
  {
    title: 'Why',
    description: 'What makes the run suspect or invalid, the worst first; docs/validity.md explains each.',
    unit: 'string',
    colors: {},
    noValue: 'nothing against it',
    width: 8,
    field: last('reasons', 'reasons'),
  },
  {
    title: 'Workers',
    description: 'Workers that have told of the run so far; one that left is still counted.',
    unit: 'short',
    noValue: 'none yet',
    field: last('workers', 'workers'),
  },
  {
    title: 'CPU of the busiest worker',
    description:
      'CPU time by elapsed time: near 1 the process has nothing left. At the end, the mean of the run.',
    unit: 'percentunit',
    noValue: 'not known',
    steps: [
      ['green', null],
      ['orange', 0.8],
      ['red', 0.95],
    ] as const,
    field: last('cpu_ratio', 'cpu'),
  },
  {
    title: 'Memory of the largest worker',
    description: 'Its resident set at most.',
    unit: 'decmbytes',
    noValue: 'not known',
    field: last('rss_mb', 'memory'),
  },
].map(({ field, ...text }) =>
  stat({ ...text, targets: [lines(select({ fields: [field], ...soFar }), text.title)] }),
);

/** A lateness over time, with what it may be. */
const lateness = (title: string, metric: string, description: string) =>
  timeSeries({
    title,
    description: `${description} Above the limit's quarter a run is suspect, above the limit invalid. Everything as one, the worst window in each step.`,
    unit: 'ms',
    width: 12,
    targets: [
      lines(
        select({
          fields: [worst('p50'), worst('p99'), worst('max')],
          from: 'latency',
          where: [...measured('everything'), is('metric', metric)],
          by: [step],
        }),
        '$col',
      ),
      lines(
        select({
          fields: [worst('lateness_limit_ms', 'limit of p99')],
          from: 'generator',
          where: [ofRun()],
          by: [step],
        }),
        '$col',
        'B',
      ),
    ],
  });

const byRegion = (title: string, metric: string) =>
  timeSeries({
    title: `${title}: p99 by region`,
    description: `${levelWords.region} The region whose workers have too much to do stands out.`,
    unit: 'ms',
    width: 12,
    targets: [
      lines(
        select({
          fields: [worst('p99')],
          from: 'latency',
          where: [...measured('region'), is('metric', metric)],
          by: [step, ...levelTags.region],
        }),
        aliasOf('region'),
      ),
    ],
  });

const condition = (title: string, unit: string, description: string, fields: readonly string[]) =>
  timeSeries({
    title,
    description,
    unit,
    targets: [lines(select({ fields, from: 'generator', where: [ofRun()], by: [step] }), '$col')],
  });

const conditions = [
  condition(
    'Error of time stamps, so far',
    'ms',
    'At most so late were 99 % of the time stamps of tokens, over the run so far: above its limit the run is invalid, above a quarter of it suspect.',
    [worst('stamp_error_bound_p99_ms', 'p99'), worst('stamp_error_limit_ms', 'limit')],
  ),
  condition(
    'Delay of the event loop, so far',
    'ms',
    'At most so long something that became due had to wait, at 99 % of all moments of the run so far.',
    [worst('event_loop_delay_p99_ms', 'p99')],
  ),
  condition(
    'Busiest worker',
    'percentunit',
    'CPU: time on a core by elapsed time. Waiting for a CPU: ready to run, and other programs had the cores; above 10 % the run is suspect.',
    [worst('cpu_ratio', 'CPU'), worst('run_queue_delay_ratio', 'waiting for a CPU')],
  ),
  condition('Requests in flight', 'short', 'Under way at the end of each window, over all workers.', [
    worst('in_flight', 'in flight'),
  ]),
  condition(
    'Clock error',
    'ms',
    "How far the clock of a worker may be off the run's, at most; above 5 ms the run is suspect. None where there is one clock.",
    [worst('clock_error_ms', 'clock error')],
  ),
  condition(
    'Workers and memory',
    'short',
    'Workers that told of the run so far, and the resident set of the largest in MB.',
    [worst('workers', 'workers'), worst('rss_mb', 'MB')],
  ),
];

/** Whether the load generator itself kept up. */
export const generator = dashboard({
  name: 'generator',
  title: 'generator and validity',
  description: "Whether the load generator kept up: if not, latencies are its own and not the server's.",
  variables: [nameVariable, runVariable('run', 'Run'), tagVariable('region', 'Region')],
  annotations: runAnnotations(),
  sections: [
    { title: 'The run so far', panels: figures },
    {
      title: 'Lateness',
      panels: [
        lateness(
          'Schedule lag',
          'schedule_lag',
          'How late requests were handed over after their planned start.',
        ),
        lateness('Send delay', 'send_delay', 'How late requests left after they were free to.'),
        byRegion('Schedule lag', 'schedule_lag'),
        byRegion('Send delay', 'send_delay'),
      ],
    },
    { title: 'Condition', panels: conditions },
  ],
});
