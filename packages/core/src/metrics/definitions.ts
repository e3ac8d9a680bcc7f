import { costDefinition } from './cost-definition.ts';
import type { CostDefinition } from './cost-definition.ts';
import { counterDefinitions } from './counter-definitions.ts';
import type { CounterRow } from './counter-definitions.ts';
import { ratioDefinitions } from './ratio-definitions.ts';
import type { RatioRow } from './ratio-definitions.ts';
import { trendDefinitions } from './trend-definitions.ts';
import type { TrendRow } from './trend-definitions.ts';

export * from './cost-definition.ts';
export * from './counter-definitions.ts';
export * from './ratio-definitions.ts';
export * from './trend-definitions.ts';

/** One row of the table. */
export type MetricDefinition = TrendRow | CounterRow | RatioRow | CostDefinition;

export type MetricName = MetricDefinition['name'];

/** The one table of metrics: recorder, fold, report, thresholds and docs/metrics.md read it. Names are unique. */
export const metricDefinitions: readonly MetricDefinition[] = [
  ...trendDefinitions,
  ...ratioDefinitions,
  ...counterDefinitions,
  costDefinition,
];

const definitionsByName = new Map<string, MetricDefinition>(
  metricDefinitions.map((definition) => [definition.name, definition]),
);

/** The metric of that name, if there is one. */
export function findMetric(name: string): MetricDefinition | undefined {
  return definitionsByName.get(name);
}
