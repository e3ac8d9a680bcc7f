import type { MetricDefinition } from '../metrics/definitions.ts';
import type { SeriesLabels } from '../metrics/snapshot.ts';

/** Labels by which a threshold may select requests. */
export const thresholdTags = [
  'provider',
  'model',
  'scenario',
  'region',
] as const satisfies (keyof SeriesLabels)[];

export type ThresholdTag = (typeof thresholdTags)[number];

/** What is computed from a metric's values: `quantile` (0..1) stands for p(N) and med, `mean` for avg too. */
export type ThresholdAggregation =
  | { readonly kind: 'mean' | 'min' | 'max' | 'count' | 'rate' }
  | { readonly kind: 'quantile'; readonly quantile: number };

export const thresholdOperators = ['<', '<=', '>', '>=', '==', '!='] as const;

export type ThresholdOperator = (typeof thresholdOperators)[number];

/** A threshold taken apart. */
export interface ParsedThreshold {
  /** As written, with its tags. */
  readonly metric: string;
  /** As written. */
  readonly expression: string;
  readonly definition: MetricDefinition;
  readonly tags: Readonly<Partial<Record<ThresholdTag, string>>>;
  readonly aggregation: ThresholdAggregation;
  readonly operator: ThresholdOperator;
  /** In the metric's unit: ms, tokens per second, 0..1, a number, or a number per second. */
  readonly limit: number;
}
