import {
  comparedFigures,
  defaultFigures,
  differencesOf,
  regressionResult,
  unknownDifference,
  withheld,
} from '@tokenstorm/core';
import type { Difference, GroupLabels, Judgement, Measured, RegressionLimit } from '@tokenstorm/core';
import type { ReadRun } from '../run/read-side.ts';
import { comparedRun } from './diff-result.ts';
import type { DiffResult, GroupDifferences, LimitOutcome } from './diff-result.ts';
import { diffNotes } from './diff-notes.ts';
import { matchGroups } from './match-groups.ts';
import type { GroupLabel } from './match-groups.ts';

/** How two sides are compared, and what makes the comparison fail. */
export interface DiffRules {
  /** Names of figures; undefined: those most looked at. Figures with a limit are compared in any case. */
  readonly figures?: readonly string[];
  /** 0..1 */
  readonly confidence: number;
  readonly limits: readonly RegressionLimit[];
  readonly groupBy: readonly GroupLabel[];
  readonly allowInvalid: boolean;
  readonly failOn?: 'worse' | 'cannot-tell';
}

/** Compares the runs of two sides. */
export function compareSides(
  base: readonly ReadRun[],
  next: readonly ReadRun[],
  rules: DiffRules,
): DiffResult {
  const [before, after] = [base, next].map((runs) => runs.map(({ report }) => report)) as [
    ReadRun['report'][],
    ReadRun['report'][],
  ];
  const invalid = [...base, ...next].filter(({ report }) => report.validity.level === 'invalid');
  const refusal = invalid.length === 0 || rules.allowInvalid ? undefined : `${invalid[0]!.source} is invalid`;
  const figures = rules.figures ?? usualFigures([...base, ...next]);
  const compare = (one: readonly Measured[], other: readonly Measured[]) =>
    compared(one, other, { ...rules, figures }, refusal);
  const differences = compare(before, after);
  const matching = matchGroups(rules.groupBy, before, after);
  const groups =
    rules.groupBy.length === 0
      ? []
      : matching.matched.map((group) => ({
          labels: group.labels,
          differences: compare(group.base, group.next),
        }));
  const counts = countsOf(differences);
  const limits = outcomesOf(rules.limits, differences, groups);
  return {
    schema: 'tokenstorm.diff/1',
    verdict: refusal === undefined ? verdictOf(rules, counts, limits) : 'invalid',
    base: base.map(({ source, report }) => comparedRun(source, report)),
    new: next.map(({ source, report }) => comparedRun(source, report)),
    confidence: rules.confidence,
    counts,
    differences,
    limits,
    groups,
    notes: diffNotes(base, next, { counts, rules, ...(rules.groupBy.length > 0 && { matching }) }),
  };
}

function compared(
  base: readonly Measured[],
  next: readonly Measured[],
  { figures, confidence, limits }: DiffRules & { readonly figures: readonly string[] },
  refusal: string | undefined,
): readonly Difference[] {
  const limited = limits.map(({ metric }) => metric);
  const differences = differencesOf(base, next, {
    confidence,
    margins: new Map(limits.map((limit) => [limit.metric, limit])),
    metrics: inOrder([...figures, ...limited]),
  });
  return refusal === undefined ? differences : withheld(differences, refusal);
}

function inOrder(names: readonly string[]): readonly string[] {
  const wanted = new Set(names);
  return comparedFigures.map(({ name }) => name).filter((name) => wanted.has(name));
}

/** A closed loop sends when its users are free: nothing was due before. */
function usualFigures(runs: readonly ReadRun[]): readonly string[] {
  const isOpen = runs.some(({ report }) =>
    report.run.workloads.some(({ executor }) => executor.endsWith('arrival-rate')),
  );
  return isOpen ? defaultFigures : defaultFigures.filter((name) => !name.startsWith('e2e_corrected'));
}

/** Each limit for the whole runs, and for each group that has the figure. */
function outcomesOf(
  limits: readonly RegressionLimit[],
  differences: readonly Difference[],
  groups: readonly GroupDifferences[],
): readonly LimitOutcome[] {
  const places: readonly {
    readonly group: Partial<GroupLabels> | null;
    readonly differences: readonly Difference[];
  }[] = [
    { group: null, differences },
    ...groups.map((one) => ({ group: one.labels, differences: one.differences })),
  ];
  return places.flatMap((place) =>
    limits.flatMap((limit) => {
      const difference = place.differences.find(({ metric }) => metric === limit.metric);
      if (difference === undefined && place.group !== null) return [];
      return [
        { ...regressionResult(limit, difference ?? unknownDifference(limit.metric)), group: place.group },
      ];
    }),
  );
}

function countsOf(differences: readonly Difference[]): Readonly<Record<Judgement, number>> {
  const counts = { better: 0, worse: 0, no_difference: 0, cannot_tell: 0 };
  for (const { judgement } of differences) counts[judgement] += 1;
  return counts;
}

function verdictOf(
  { failOn }: DiffRules,
  counts: DiffResult['counts'],
  limits: readonly LimitOutcome[],
): DiffResult['verdict'] {
  const isBroken = limits.some(({ passed }) => !passed);
  const isWorse = failOn === 'worse' && counts.worse > 0;
  const isUnknown =
    failOn === 'cannot-tell' && limits.some(({ difference }) => difference.judgement === 'cannot_tell');
  return isBroken || isWorse || isUnknown ? 'failed' : 'passed';
}
