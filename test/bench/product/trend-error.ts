import type { MetricSummary } from '@tokenstorm/core';
import type { TruthSummary } from '@tokenstorm/simulator';
import type { Figure } from './figure.ts';

type Truth = TruthSummary['ttft'];

/** The largest errors that a goal allows, in ms. */
export interface ErrorBounds {
  readonly mean?: number;
  readonly p99?: number;
}

/**
 * How far the reported figures are from what the server really did, in ms, beside their bounds. Means are exact on both
 * sides; percentiles are those of histograms with three digits, so they are off by up to 0.1 % of the value on each side.
 */
export function trendErrors(
  goal: string,
  name: string,
  reported: MetricSummary | undefined,
  truth: Truth,
  atMost: ErrorBounds,
): Figure[] {
  return (['mean', 'p50', 'p99'] as const).map((statistic) => ({
    goal,
    name: `${name} ${statistic}: reported minus true`,
    unit: 'ms',
    value: errorMs(reported?.[statistic], truth[statistic]),
    ...(statistic !== 'p50' && atMost[statistic] !== undefined && { atMost: atMost[statistic] }),
  }));
}

/** The distance, whichever of the two is larger; NaN where one of them is unknown. */
export function errorMs(reported: number | undefined, truth: number | null): number {
  return reported === undefined || truth === null ? Number.NaN : Math.abs(reported - truth);
}
