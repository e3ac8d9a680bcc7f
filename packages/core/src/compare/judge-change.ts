import type { BootstrapChange } from './bootstrap-change.ts';
import type { ComparedFigure } from './compared-figure.ts';
import type { Difference } from './difference.ts';
import type { SideEstimate } from './side-estimate.ts';

/** The change that matters: as a share of the base's value, or for shares of requests as their difference. */
export interface Margin {
  readonly amount: number;
  readonly of: 'base' | 'points';
}

/** Changes below this are none worth a word: 5 %, or one percentage point of a share of requests. */
export function defaultMargin({ kind }: ComparedFigure): Margin {
  return kind === 'ratio' ? { amount: 0.01, of: 'points' } : { amount: 0.05, of: 'base' };
}

/** What may be said of a change, and why nothing can be where that is so. */
export function judgeChange(
  figure: ComparedFigure,
  sides: { readonly base: SideEstimate; readonly next: SideEstimate },
  { interval, interval_ratio: ratios }: BootstrapChange,
  margin: Margin,
): Pick<Difference, 'judgement' | 'reason'> {
  const lack = lackOf(sides);
  if (lack !== null) return { judgement: 'cannot_tell', reason: lack };
  if (interval === null) {
    const reason = 'a run has one value of it: give several runs of a side';
    return { judgement: 'cannot_tell', reason };
  }
  const [low, high] = interval;
  if (low > 0) return { judgement: figure.better === 'lower' ? 'worse' : 'better', reason: null };
  if (high < 0) return { judgement: figure.better === 'lower' ? 'better' : 'worse', reason: null };
  const seen = margin.of === 'points' ? interval : ratios;
  const isNarrow = seen !== null && seen[0] >= -margin.amount && seen[1] <= margin.amount;
  if (isNarrow || (low === 0 && high === 0)) return { judgement: 'no_difference', reason: null };
  const unit =
    margin.of === 'base' ? '%' : margin.amount === 0.01 ? ' percentage point' : ' percentage points';
  const reason = `the interval holds 0 and changes of more than ${Number((margin.amount * 100).toPrecision(3))}${unit}: more requests narrow it`;
  return { judgement: 'cannot_tell', reason };
}

function lackOf({ base, next }: { readonly base: SideEstimate; readonly next: SideEstimate }): string | null {
  if (base.lack !== null) return `base ${base.lack}`;
  return next.lack === null ? null : `new ${next.lack}`;
}
