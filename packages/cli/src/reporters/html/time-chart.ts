import { durationText, measureText } from '../../view/number-text.ts';
import type { Chart, ChartSeries } from './chart.ts';
import type { Moment } from './moments.ts';
import { table } from './table.ts';
import type { HtmlColumn } from './table.ts';
import type { Html } from './markup.ts';

/** One line over time. */
export interface TimeLine {
  readonly label: string;
  readonly unit: string;
  readonly value: (moment: Moment) => number | null;
}

export interface TimeChart {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly TimeLine[];
  readonly moments: readonly Moment[];
  /** Told below the picture beside what each line does. */
  readonly hint?: string;
}

/** A chart over the time of the run, of the lines that have data; nothing where none has, or where the time is one point. */
export function timeChart({ id, title, lines, moments, hint = '' }: TimeChart): Chart[] {
  const known = lines
    .map((line) => ({ line, values: moments.map(line.value) }))
    .filter(({ values }) => values.some((value) => value !== null));
  if (known.length === 0 || moments.length < 2) return [];
  const series = known.map(({ line: { label, unit }, values }, index): ChartSeries => ({
    label,
    unit,
    look: index + 1,
    axis: 'value',
    values,
  }));
  return [
    {
      id,
      title,
      summary: [...series.map((one) => seriesText(one, moments)), hint]
        .filter((text) => text !== '')
        .join(' '),
      data: {
        kind: 'line',
        x: moments.map(({ startMs }) => startMs / 1000),
        xUnit: 's',
        isLog: false,
        series,
        marks: [],
      },
      table: courseTable(title, series, moments),
    },
  ];
}

function courseTable(title: string, series: readonly ChartSeries[], moments: readonly Moment[]): Html {
  const rows = moments.map((moment, index) => ({ moment, index }));
  return table<(typeof rows)[number]>({
    caption: `${title}, by time from the run's start`,
    columns: [
      { title: 'From', cell: ({ moment }) => startText(moment) },
      ...series.map(({ label, unit, values }): HtmlColumn<(typeof rows)[number]> => ({
        title: `${label} (${unit})`,
        isNumber: true,
        cell: ({ index }) => valueText(values[index]),
      })),
    ],
    rows,
  });
}

/** `p99 between 310 and 912 ms, highest at 1m 05s.` */
function seriesText({ label, unit, values }: ChartSeries, moments: readonly Moment[]): string {
  const known = values.flatMap((value) => value ?? []);
  const low = Math.min(...known);
  const high = Math.max(...known);
  const at = startText(moments[values.indexOf(high)]);
  if (measureText(low) === measureText(high)) return `${label}: ${measureText(high)} ${unit} throughout.`;
  return `${label}: ${measureText(low)} to ${measureText(high)} ${unit}, highest at ${at}.`;
}

function valueText(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : measureText(value);
}

function startText(moment: Moment | undefined): string {
  return moment === undefined || moment.startMs === 0 ? '0s' : durationText(moment.startMs);
}
