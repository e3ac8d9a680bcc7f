import type { Report, RunFacts } from '../report/report.ts';
import { findFigure } from './compared-figure.ts';
import type { Measured } from './difference.ts';

/** A run that others are compared with, as far as that takes. */
export interface BaselineRun extends Measured {
  readonly run: Pick<RunFacts, 'id' | 'regions' | 'workloads'>;
}

/** What a comparison of some figures takes of a report. */
export function baselineRun(report: Report, figures: readonly string[]): BaselineRun {
  const trends = new Set(
    figures.flatMap((name) => {
      const figure = findFigure(name);
      return figure?.kind === 'trend' ? [figure.trend] : [];
    }),
  );
  const { accounting, metrics, distributions, cost, throughput, run } = report;
  const isCompared = ([name]: readonly [string, unknown]) => (trends as ReadonlySet<string>).has(name);
  return {
    run: { id: run.id, regions: run.regions, workloads: run.workloads },
    accounting,
    metrics: Object.fromEntries(Object.entries(metrics).filter(isCompared)),
    ...(distributions !== undefined && {
      distributions: Object.fromEntries(Object.entries(distributions).filter(isCompared)),
    }),
    cost: cost === null ? null : { per_request_usd: cost.per_request_usd },
    throughput,
  };
}
