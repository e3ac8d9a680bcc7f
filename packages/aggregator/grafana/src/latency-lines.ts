import { is, levelTags, levelWords, measured, select, step, worst } from './influxql.ts';
import type { Level } from './influxql.ts';
import type { Sized } from './layout.ts';
import type { TimeSeriesPanel } from './schema.ts';
import { lines } from './target.ts';
import { timeSeries } from './time-series.ts';

interface Metric {
  readonly metric: string;
  readonly title: string;
  readonly width?: number;
  /** Default: `ms`. */
  readonly unit?: string;
}

const isWorst = 'Each point is the worst window of 5 s in its step: percentiles cannot be averaged.';

/** Median and tail of one metric over all requests. */
export function percentiles({ metric, title, width = 8 }: Metric): Sized<TimeSeriesPanel> {
  return timeSeries({
    title: `${title}: p50, p95, p99`,
    description: `${levelWords.everything} ${isWorst}`,
    unit: 'ms',
    width,
    targets: [
      lines(
        select({
          fields: ['p50', 'p95', 'p99'].map((name) => worst(name)),
          from: 'latency',
          where: [...measured('everything'), is('metric', metric)],
          by: [step],
        }),
        '$col',
      ),
    ],
  });
}

/** The chosen figure of one metric, with a line for each series of a level. */
export function byLevel(
  level: Level,
  { metric, title, width = 8, unit = 'ms' }: Metric,
): Sized<TimeSeriesPanel> {
  return timeSeries({
    title: `${title}: \${figure} by ${level}`,
    description: `${levelWords[level]} ${isWorst}`,
    unit,
    width,
    targets: [
      lines(
        select({
          fields: [worst('${figure:raw}', 'figure')],
          from: 'latency',
          where: [...measured(level), is('metric', metric)],
          by: [step, ...levelTags[level]],
        }),
        aliasOf(level),
      ),
    ],
  });
}

/** Name of a line: what tells it from the others of its level. */
export function aliasOf(level: Level): string {
  if (level === 'everything') return '$col';
  if (level === 'region') return '$tag_region';
  const model = '$tag_provider / $tag_model';
  return level === 'model' ? model : `$tag_region: ${model} ($tag_scenario)`;
}
