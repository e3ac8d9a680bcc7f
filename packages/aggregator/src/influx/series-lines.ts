import { pricesOf, trendDefinitions } from '@tokenstorm/core';
import type { SeriesTotals } from '@tokenstorm/core';
import type { SinkRun } from '../sink.ts';
import { latencyFields, requestFields } from './fields.ts';
import { pointLine } from './line.ts';
import type { Fields, Tags } from './line.ts';
import { rolledSeries } from './roll-ups.ts';
import { keptDistributions, measurements, runTags } from './schema.ts';

/** Where the points of a sum go: those of windows and those of whole runs are measurements of their own. */
export interface SeriesPlace {
  readonly latency: string;
  readonly requests: string;
  readonly epochMs: number;
  /** From the run's start, so that runs can be laid side by side; absent for a whole run. */
  readonly elapsedS?: number;
}

/** Of a window that starts so many ms after its run. */
export function windowPlace({ startedAtEpochMs }: SinkRun, startMs: number): SeriesPlace {
  const { latency, requests } = measurements;
  return { latency, requests, epochMs: startedAtEpochMs + startMs, elapsedS: startMs / 1000 };
}

/** Of a whole run: one point of each series, at the run's start. */
export function wholeRunPlace({ startedAtEpochMs }: SinkRun): SeriesPlace {
  const { runLatency, runRequests } = measurements;
  return { latency: runLatency, requests: runRequests, epochMs: startedAtEpochMs };
}

/** The points of a sum, one by one: making them all at once would hold an event loop up for long. */
export function* seriesLines(run: SinkRun, totals: SeriesTotals, place: SeriesPlace): Generator<string> {
  const priceOf = pricesOf(run.plan.scenario.targets);
  const when = place.elapsedS === undefined ? {} : { elapsed_s: place.elapsedS };
  const line = (measurement: string, tags: Tags, { floats, ...fields }: Fields) =>
    pointLine(measurement, tags, { ...fields, floats: { ...floats, ...when } }, place.epochMs);
  for (const series of rolledSeries(totals)) {
    const tags = { ...runTags(run), ...series.tags };
    yield line(place.requests, tags, requestFields(series.figures(), series.usd(priceOf)));
    for (const { name: metric } of trendDefinitions) {
      const trend = series.trend(metric);
      if (trend === undefined) continue;
      const fields = latencyFields(trend, series.isGroup && keptDistributions.includes(metric));
      yield line(place.latency, { ...tags, metric }, fields);
    }
  }
}
