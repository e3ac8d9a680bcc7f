import { addEncoded, compressHistogram, decompressHistogram } from '../metrics/histogram-codec.ts';
import { HdrHistogram } from '../metrics/histogram.ts';
import type { HistogramBucket } from '../metrics/histogram.ts';
import { stepsPerUnit } from '../metrics/trend.ts';
import type { Trend } from '../metrics/trend.ts';
import type { TrendName } from '../metrics/trend-definitions.ts';
import type { MetricSummary } from './report.ts';

/** Whole distributions by metric name, each as HdrHistogram's V2 compressed encoding in base64, values in 1/1,000 of the metric's unit. */
export type Distributions = Readonly<Partial<Record<TrendName, string>>>;

/** Metrics whose whole distribution a report carries: what a later comparison, or a picture, is made from. */
export const distributionNames = [
  'ttft',
  'ttfo',
  'tpot',
  'itl',
  'icl',
  'e2e',
  'e2e_corrected',
  'output_tokens_per_second',
] as const satisfies readonly TrendName[];

/** The distributions that a report carries, where there are data. */
export function distributionsOf(trends: ReadonlyMap<TrendName, Trend>): Distributions {
  const entries = distributionNames.flatMap((name) => {
    const trend = trends.get(name);
    if (trend === undefined || trend.count === 0) return [];
    return [[name, base64(compressHistogram(trend.encode().hdr))] as const];
  });
  return Object.fromEntries(entries);
}

/** Adds a distribution with its summary to a trend. Throws `E_INTERNAL` where they do not belong together. */
export function addDistribution(trend: Trend, summary: MetricSummary, encoded: string): void {
  const { count, mean, std, min, max } = summary;
  const sumOfSquares = count * (std ** 2 + mean ** 2);
  trend.merge({ count, sum: count * mean, sumOfSquares, min, max, hdr: histogramBytes(encoded) });
}

/**
 * The buckets of a distribution that hold something, ascending, in the metric's unit. Throws `E_INTERNAL` for a text that is
 * none.
 */
export function distributionBuckets(encoded: string): readonly HistogramBucket[] {
  const histogram = new HdrHistogram();
  addEncoded(histogram, histogramBytes(encoded));
  return Array.from(histogram.buckets(), ({ from, to, count }) => ({
    from: from / stepsPerUnit,
    to: to / stepsPerUnit,
    count,
  }));
}

function histogramBytes(encoded: string): Uint8Array {
  return decompressHistogram(Uint8Array.from(atob(encoded), (byte) => byte.charCodeAt(0)));
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
