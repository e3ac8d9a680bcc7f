import type { GeneratorReport, Report, ReportGap } from '@tokenstorm/core';
import { countText, durationText, measureText, percentText } from '../../view/number-text.ts';
import { markup } from './markup.ts';
import type { Content } from './markup.ts';
import { numbers, table } from './table.ts';

/** How the load generator itself did: what a slow server cannot be blamed for. */
export function healthPart({ generator }: Report): Content {
  const known = figures(generator).filter(({ value }) => value !== null);
  return table({
    caption: 'The load generator itself',
    columns: [
      { title: 'Figure', cell: ({ name }) => name },
      { title: 'Value', isNumber: true, cell: ({ value }) => value },
      { title: 'What it says', cell: ({ meaning }) => meaning },
    ],
    rows: known,
  });
}

interface Figure {
  readonly name: string;
  readonly value: string | null;
  readonly meaning: string;
}

function figures(generator: GeneratorReport): readonly Figure[] {
  return [
    figure(
      'Schedule lag, p99',
      ms(generator.schedule_lag_p99_ms),
      'How late requests were handed over after their planned start.',
    ),
    figure(
      'Send delay, p99',
      ms(generator.send_delay_p99_ms),
      'How long a request that was free to leave was held back.',
    ),
    figure(
      'Time stamp error, p99',
      ms(generator.stamp_error_bound_p99_ms),
      'At most so late is the time of an arriving token.',
    ),
    figure(
      'Event loop delay, p99',
      ms(generator.event_loop_delay_p99_ms),
      'At most so long was what became due kept waiting.',
    ),
    figure(
      'No CPU',
      ratio(generator.run_queue_delay_ratio),
      'Share of the time in which it was ready to run and other programs had the cores.',
    ),
    figure('Clock error', ms(generator.clock_error_ms), "Uncertainty of the worst worker's clock."),
    figure(
      'CPU',
      ratio(generator.cpu_ratio),
      'CPU time over elapsed time of a process: 100% is one whole core.',
    ),
    figure(
      'Memory',
      generator.rss_mb === null ? null : `${measureText(generator.rss_mb)} MB`,
      'Resident; the most of any worker.',
    ),
    figure(
      'Connections opened',
      countText(generator.connections_opened),
      'Requests on other connections reused one.',
    ),
  ];
}

function figure(name: string, value: string | null, meaning: string): Figure {
  return { name, value, meaning };
}

function ms(value: number | null): string | null {
  return value === null ? null : `${measureText(value)} ms`;
}

function ratio(value: number | null): string | null {
  return value === null ? null : percentText(value);
}

/** Times without a holder of a part of the load, and what was lost in them. */
export function gapsPart(gaps: readonly ReportGap[]): Content {
  return markup`<p>In these times nobody held a part of the load. Requests without an outcome count as lost.</p>
    ${table<ReportGap>({
      caption: 'Gaps in the load',
      columns: [
        { title: 'Region', cell: ({ region }) => region },
        numbers('From', ({ start_ms }) => start_ms, durationText),
        numbers('To', ({ end_ms }) => end_ms, durationText),
        numbers('Shards', ({ shards }) => shards, countText),
        numbers('Lost requests', ({ lost }) => lost, countText),
      ],
      rows: gaps,
    })}`;
}
