import { Random } from '../load/random.ts';
import { bootstrapChange } from './bootstrap-change.ts';
import { defaultFigures, findFigure } from './compared-figure.ts';
import type { ComparedFigure } from './compared-figure.ts';
import { unknownDifference } from './difference.ts';
import type { Difference, Measured } from './difference.ts';
import { defaultMargin, judgeChange } from './judge-change.ts';
import type { Margin } from './judge-change.ts';
import { sideEstimate } from './side-estimate.ts';

/** How two sides are compared. */
export interface ComparisonOptions {
  /** Of each interval, above 0 and below 1; default: 0.95. */
  readonly confidence?: number;
  /** The same seed gives the same intervals; default: 0. */
  readonly seed?: number;
  /** Names of figures (`ttft.p95`, `errors`); default: those most looked at. Unknown ones are left out. */
  readonly metrics?: readonly string[];
  /** By figure, the change that matters; default: 5 %, or one percentage point of a share. */
  readonly margins?: ReadonlyMap<string, Margin>;
}

/**
 * How each figure changed from the runs of one side to those of the other. Figures that neither side has are left out. Only
 * what the reports hold is judged: whether the runs did the same work, or were valid, is for the caller to look at.
 */
export function differencesOf(
  base: readonly Measured[],
  next: readonly Measured[],
  options: ComparisonOptions = {},
): readonly Difference[] {
  return (options.metrics ?? defaultFigures).flatMap((name) => {
    const figure = findFigure(name);
    return figure === undefined ? [] : (differenceOf(figure, base, next, options) ?? []);
  });
}

/** The same differences with nothing concluded from any of them. */
export function withheld(differences: readonly Difference[], reason: string): readonly Difference[] {
  return differences.map((difference) => ({ ...difference, judgement: 'cannot_tell', reason }));
}

function differenceOf(
  figure: ComparedFigure,
  baseRuns: readonly Measured[],
  nextRuns: readonly Measured[],
  { confidence = 0.95, seed = 0, margins }: ComparisonOptions,
): Difference | null {
  const { name, unit } = figure;
  const base = sideEstimate(figure, baseRuns);
  const next = sideEstimate(figure, nextRuns);
  if (base === null || next === null) {
    if (base === null && next === null) return null;
    return {
      ...unknownDifference(name),
      unit,
      base: base?.value ?? null,
      new: next?.value ?? null,
      reason: `no values on the ${base === null ? 'base' : 'new'} side`,
    };
  }
  const sides = { base, next };
  const random = new Random(`compare/${seed}/${name}`);
  const change = bootstrapChange(figure.kind, sides, confidence, random);
  const judged = judgeChange(figure, sides, change, margins?.get(name) ?? defaultMargin(figure));
  // Below its floor a percentile's interval would end at the largest value that happened to be seen.
  const isKnown = base.lack === null && next.lack === null;
  const shown = isKnown ? change : { ...change, interval: null, interval_ratio: null };
  return { metric: name, unit, base: base.value, new: next.value, ...shown, ...judged };
}
