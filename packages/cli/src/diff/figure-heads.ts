import { findFigure, findMetric } from '@tokenstorm/core';
import type { Difference } from '@tokenstorm/core';

/** Figures of one metric, or those that stand alone, under one title. */
export interface FigureBlock {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly difference: Difference }[];
}

const singleLabels: Readonly<Record<string, string>> = {
  'throughput.requests_per_second': 'requests/s',
  'throughput.output_tokens_per_second': 'tokens/s',
  'cost.per_request_usd': '$/request',
};

/** Differences in their order, those of one metric together. */
export function figureBlocks(differences: readonly Difference[]): readonly FigureBlock[] {
  const byTitle = Map.groupBy(differences, titleOf);
  return [...byTitle].map(([title, some]) => ({
    title,
    rows: some.map((difference) => ({ label: labelOf(difference), difference })),
  }));
}

/** The names of figures, those of one metric together: `ttft (p50, p95), errors`. */
export function figureNames(differences: readonly Difference[], ofAll: number): string {
  const names = new Set(differences.map(({ metric }) => metric));
  if (names.size === ofAll && ofAll > 1) return 'every figure';
  const byMetric = Map.groupBy(names, (name) => {
    const figure = findFigure(name);
    return figure?.kind === 'trend' ? figure.trend : name;
  });
  return [...byMetric]
    .map(([metric, some]) =>
      some[0] === metric
        ? metric
        : `${metric} (${some.map((name) => name.slice(metric.length + 1)).join(', ')})`,
    )
    .join(', ');
}

function titleOf({ metric }: Difference): string {
  const figure = findFigure(metric);
  if (figure?.kind !== 'trend') return 'Whole run';
  return `${findMetric(figure.trend)?.title ?? figure.trend} (${figure.trend}, ${figure.unit})`;
}

function labelOf({ metric }: Difference): string {
  const figure = findFigure(metric);
  return figure?.kind === 'trend' ? figure.statistic : (singleLabels[metric] ?? metric);
}
