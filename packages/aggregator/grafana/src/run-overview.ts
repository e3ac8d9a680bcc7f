import { runAnnotations } from './annotations.ts';
import { dashboard } from './dashboard.ts';
import { is, last, measured, ofRun, perSecond, select, step, sum, worst } from './influxql.ts';
import { percentiles } from './latency-lines.ts';
import { runTable } from './run-table.ts';
import { stat } from './stat.ts';
import { table, unitOf, withoutTime } from './table.ts';
import { lines, rows } from './target.ts';
import { timeSeries } from './time-series.ts';
import { nameVariable, runVariable } from './variables.ts';
import { validityColors, verdictColors } from './validity-colors.ts';

const everything = measured('everything');
/** Of the run so far, whatever the time range is. */
const wholeRun = { where: everything, inRange: false } as const;
const outcomes = ['scheduled', 'completed', 'failed', 'dropped', 'lost', 'cancelled'] as const;

const verdict = stat({
  title: 'Verdict',
  description: 'How the run ended. It says nothing of whether its numbers can be trusted: the validity does.',
  unit: 'string',
  colors: verdictColors,
  noValue: 'under way',
  targets: [
    lines(
      select({
        fields: [last('verdict')],
        from: 'runs',
        where: [ofRun(), is('event', 'end')],
        inRange: false,
      }),
      'verdict',
    ),
  ],
});

const validity = stat({
  title: 'Validity',
  description:
    "Whether the numbers are the server's own: invalid means that the load generator was too late or too busy to measure. While the run goes on, of what is known so far.",
  unit: 'string',
  colors: validityColors,
  noValue: 'not known yet',
  targets: [
    lines(
      select({ fields: [last('validity')], from: 'generator', where: [ofRun()], inRange: false }),
      'validity',
    ),
  ],
});

const reasons = stat({
  title: 'Why',
  description: 'What makes the run suspect or invalid, the worst first; docs/validity.md explains each.',
  unit: 'string',
  colors: {},
  noValue: 'nothing against it',
  width: 8,
  targets: [
    lines(
      select({ fields: [last('reasons')], from: 'generator', where: [ofRun()], inRange: false }),
      'reasons',
    ),
  ],
});

const errors = stat({
  title: 'Errors',
  description: 'Failed requests as a share of those that completed or failed, over the run so far.',
  unit: 'percentunit',
  steps: [
    ['green', null],
    ['yellow', 0.01],
    ['red', 0.05],
  ],
  noValue: 'none ended yet',
  targets: [
    lines(
      select({
        fields: ['sum("failed") / (sum("completed") + sum("failed")) AS "errors"'],
        from: 'requests',
        ...wholeRun,
      }),
      'errors',
    ),
  ],
});

const cost = stat({
  title: 'Cost',
  description: 'What the tokens of completed requests cost so far, by the prices in the scenario.',
  unit: 'currencyUSD',
  noValue: 'no prices',
  targets: [lines(select({ fields: [sum('usd')], from: 'requests', ...wholeRun }), 'cost')],
});

const accounting = stat({
  title: 'Requests',
  description:
    'Every scheduled request ends in exactly one way, so the others add up to scheduled once the run is over. Dropped: more were under way than allowed. Lost: nobody knows what became of them.',
  unit: 'short',
  noValue: 'none yet',
  width: 16,
  targets: [
    lines(select({ fields: outcomes.map((name) => sum(name)), from: 'requests', ...wholeRun }), '$col'),
  ],
});

const tokens = stat({
  title: 'Tokens',
  description: 'Of completed requests so far, as the provider counts them.',
  unit: 'short',
  noValue: 'none yet',
  width: 8,
  targets: [
    lines(
      select({
        fields: [sum('input_tokens', 'input'), sum('output_tokens', 'output')],
        from: 'requests',
        ...wholeRun,
      }),
      '$col',
    ),
  ],
});

const rates = timeSeries({
  title: 'Requests per second, offered and achieved',
  description:
    'Scheduled is what the plan asked for when it was due; completed and failed count when they ended. Completed that stays below scheduled while requests pile up is a server past its knee. The last window of a run is a part of 5 s and reads low.',
  unit: 'reqps',
  width: 12,
  targets: [
    lines(
      select({
        fields: (['scheduled', 'completed', 'failed'] as const).map((name) => perSecond(name)),
        from: 'requests',
        where: everything,
        by: [step],
      }),
      '$col',
    ),
  ],
});

const inFlight = timeSeries({
  title: 'Requests in flight',
  description: 'Requests under way at the end of each window. A line that only climbs never finds a balance.',
  unit: 'short',
  width: 12,
  targets: [
    lines(
      select({ fields: [worst('in_flight')], from: 'generator', where: [ofRun()], by: [step] }),
      'in flight',
    ),
  ],
});

const tokenRates = timeSeries({
  title: 'Tokens per second',
  description: 'Tokens of the requests that completed in each window, so long streams count where they end.',
  unit: 'short',
  targets: [
    lines(
      select({
        fields: [perSecond('input_tokens', 'input'), perSecond('output_tokens', 'output')],
        from: 'requests',
        where: everything,
        by: [step],
      }),
      '$col',
    ),
  ],
});

const lost = timeSeries({
  title: 'Requests without an answer, per second',
  description:
    'Failed: the server or the network. Dropped and lost: the load generator; neither has a latency.',
  unit: 'reqps',
  isStacked: true,
  targets: [
    lines(
      select({
        fields: (['failed', 'dropped', 'lost', 'cancelled'] as const).map((name) => perSecond(name)),
        from: 'requests',
        where: everything,
        by: [step],
      }),
      '$col',
    ),
  ],
});

const spending = timeSeries({
  title: 'Cost per minute',
  description:
    'What the requests that completed in each window cost, as a rate; absent where a price is unknown.',
  unit: 'currencyUSD',
  targets: [
    lines(
      select({
        fields: ['sum("usd") * 60000 / $__interval_ms AS "usd per minute"'],
        from: 'requests',
        where: everything,
        by: [step],
      }),
      '$col',
    ),
  ],
});

const distributions = table({
  title: 'The whole run',
  description:
    'Exact percentiles over all requests of the run, which no combination of its windows gives. There once the run has ended.',
  unit: 'ms',
  transformations: [withoutTime],
  overrides: [unitOf('count', 'short')],
  targets: [
    rows(
      select({
        fields: ['count', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'].map((name) => last(name)),
        from: 'runLatency',
        where: [...everything, `"metric" != 'output_tokens_per_second'`],
        by: ['metric'],
        inRange: false,
      }),
    ),
  ],
});

/** One run as a whole: how it ended, whether to trust it, and its course. */
export const runOverview = dashboard({
  name: 'run',
  title: 'run',
  description: 'One run as a whole: how it ended, whether its numbers can be trusted, and its course.',
  variables: [nameVariable, runVariable('run', 'Run')],
  annotations: runAnnotations(),
  sections: [
    { title: 'Outcome', panels: [verdict, validity, reasons, errors, cost, accounting, tokens] },
    { title: 'Load', panels: [rates, inFlight] },
    {
      title: 'Latency, all requests as one',
      panels: [
        percentiles({ metric: 'ttft', title: 'Time to first token' }),
        percentiles({ metric: 'e2e', title: 'End-to-end latency' }),
        percentiles({ metric: 'tpot', title: 'Time per output token' }),
      ],
    },
    { title: 'Failures, tokens and cost', panels: [lost, tokenRates, spending] },
    { title: 'The run as a whole, and other runs', panels: [distributions, runTable] },
  ],
});
