import type { MetricSummary } from '@tokenstorm/core';
import type { TruthSummary } from '@tokenstorm/simulator';
import type { Figure } from './figure.ts';

type Truth = TruthSummary['ttft'];

/** How far the reported quantiles are from what the server really did, in ms, beside their bounds. */
export function quantileErrors(
  goal: string,
  name: string,
  reported: MetricSummary | undefined,
  truth: Truth,
  atMost: { readonly p50?: number; readonly p99?: number },
): Figure[] {
  return (['p50', 'p99'] as const).map((quantile) => ({
    goal,
    name: `${name} ${quantile}: reported minus true`,
    unit: 'ms',
    value: errorMs(reported?.[quantile], truth[quantile]),
    ...(atMost[quantile] !== undefined && { atMost: atMost[quantile] }),
  }));
}

/** The distance, whichever of the two is larger; NaN where one of them is unknown. */
export function errorMs(reported: number | undefined, truth: number | null): number {
  return reported === undefined || truth === null ? Number.NaN : Math.abs(reported - truth);
}
