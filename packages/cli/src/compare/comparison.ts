import type { Report, Validity, ValidityLevel, Verdict } from '@tokenstorm/core';
import { version } from '../version.ts';
import { pairDifferences, withheldPairs } from './pair-differences.ts';
import type { PairDifferences } from './pair-differences.ts';
import { paretoOf } from './pareto.ts';
import type { Objective } from './pareto.ts';
import { measuredTarget } from './target-figures.ts';
import type { ComparedTarget, TargetFigures } from './target-figures.ts';

/** Several targets beside each other, as `tokenstorm compare` writes it. Keys are snake_case, latencies ms; what is unknown is `null`. */
export interface Comparison {
  readonly schema: 'tokenstorm.comparison/1';
  /** Its own; the runs have theirs. */
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly version: string;
  /** Whether all targets were under load at the same time, or one after another. */
  readonly mode: 'side_by_side' | 'sequential';
  /** How often each target was measured. */
  readonly rounds: number;
  /** The worst of the runs. */
  readonly verdict: Verdict;
  readonly validity: Validity;
  readonly targets: readonly (TargetFigures & {
    /** On the front; `null` where it completed nothing. */
    readonly pareto: boolean | null;
  })[];
  readonly pareto: { readonly objectives: readonly Objective[]; readonly front: readonly string[] };
  readonly differences: PairDifferences;
  readonly notes: readonly string[];
  /** The whole report of each run, in order. */
  readonly reports: readonly Report[];
}

/** What a comparison is made of. */
export interface ComparisonInput {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly mode: Comparison['mode'];
  readonly rounds: number;
  /** In the order of the scenario. */
  readonly targets: readonly ComparedTarget[];
  readonly reports: readonly Report[];
  readonly notes: readonly string[];
}

/** Puts the targets of these runs beside each other. */
export function comparisonOf(input: ComparisonInput): Comparison {
  const { reports } = input;
  const measured = input.targets.map((target) => measuredTarget(target, reports));
  const pareto = paretoOf(measured.map(({ figures }) => figures));
  const level = worstOf<ValidityLevel>(
    ['valid', 'suspect', 'invalid'],
    reports,
    ({ validity }) => validity.level,
  );
  const differences = pairDifferences(measured);
  return {
    schema: 'tokenstorm.comparison/1',
    id: input.id,
    name: input.name,
    created_at: input.createdAt.toISOString(),
    version,
    mode: input.mode,
    rounds: input.rounds,
    verdict: worstOf(['passed', 'failed', 'aborted', 'interrupted'], reports, ({ verdict }) => verdict),
    validity: {
      level,
      reasons: reports.flatMap(({ validity }) => validity.reasons),
    },
    targets: measured.map(({ figures }) => ({
      ...figures,
      pareto: figures.completed === 0 ? null : pareto.front.includes(figures.target),
    })),
    pareto,
    differences: level === 'invalid' ? withheldPairs(differences, 'the measurement is invalid') : differences,
    notes: input.notes,
    reports,
  };
}

/** The value that stands last in this order. */
function worstOf<Value>(
  order: readonly [Value, ...Value[]],
  reports: readonly Report[],
  valueOf: (report: Report) => Value,
): Value {
  return reports.map(valueOf).reduce((worst, value) => {
    return order.indexOf(value) > order.indexOf(worst) ? value : worst;
  }, order[0]);
}
