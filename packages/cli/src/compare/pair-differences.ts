import { differencesOf, withheld } from '@tokenstorm/core';
import type { Difference } from '@tokenstorm/core';
import type { MeasuredTarget } from './target-figures.ts';

/** Which differences between targets are more than chance. */
export interface PairDifferences {
  /** 0..1: in so many of 100 comparisons without any true difference none of the intervals is wrong. */
  readonly confidence: number;
  /** Of each interval: 1 - (1 - `confidence`) / their number (Bonferroni). */
  readonly interval_confidence: number;
  /** `all_pairs`, or `best`: each against the one with the lowest median TTFT. */
  readonly against: 'all_pairs' | 'best';
  readonly pairs: readonly PairDifference[];
}

/** How the target `new` differs from the target `base`. */
export interface PairDifference {
  readonly base: string;
  readonly new: string;
  readonly differences: readonly Difference[];
}

const confidence = 0.95;
/** With more targets than this the pairs are too many to look at. */
const mostForAllPairs = 4;

const comparedMetrics = [
  'ttft.p50',
  'e2e.p50',
  'output_tokens_per_second.p50',
  'tpot.p50',
  'errors',
  'goodput',
];

/** Compares every two targets that were measured, or, where they are many, each with the best. The same reports give the same intervals. */
export function pairDifferences(targets: readonly MeasuredTarget[]): PairDifferences {
  const measured = targets.filter(({ runs }) => runs.length > 0);
  const against = measured.length <= mostForAllPairs ? 'all_pairs' : 'best';
  const pairs = against === 'all_pairs' ? everyTwo(measured) : withBest(measured);
  // How many intervals there will be does not depend on their confidence.
  const known = pairs.flatMap(([base, next]) =>
    differencesOf(base.runs, next.runs, { metrics: comparedMetrics }),
  );
  const intervals = known.filter(({ interval }) => interval !== null).length;
  const interval_confidence = 1 - (1 - confidence) / Math.max(1, intervals);
  return {
    confidence,
    interval_confidence,
    against,
    pairs: pairs.map(([base, next]) => ({
      base: base.figures.target,
      new: next.figures.target,
      differences: differencesOf(base.runs, next.runs, {
        metrics: comparedMetrics,
        confidence: interval_confidence,
      }),
    })),
  };
}

/** The same with nothing concluded from any of them. */
export function withheldPairs(all: PairDifferences, reason: string): PairDifferences {
  const pairs = all.pairs.map((pair) => ({ ...pair, differences: withheld(pair.differences, reason) }));
  return { ...all, pairs };
}

type Pair = readonly [MeasuredTarget, MeasuredTarget];

function everyTwo(targets: readonly MeasuredTarget[]): readonly Pair[] {
  return targets.flatMap((base, index) => targets.slice(index + 1).map((next) => [base, next] as const));
}

function withBest(targets: readonly MeasuredTarget[]): readonly Pair[] {
  const best = targets.reduce((one, other) => (medianTtft(other) < medianTtft(one) ? other : one));
  return targets.filter((target) => target !== best).map((target) => [best, target] as const);
}

function medianTtft({ figures }: MeasuredTarget): number {
  return figures.ttft_p50_ms ?? Infinity;
}
