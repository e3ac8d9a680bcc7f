import { defined } from './defined.ts';
import type { FlagValues } from './flag-values.ts';
import type { RunOptions } from './run-options.ts';

/** Whose prices hold, and when to ask before money is spent, from the flags. */
export function readCost(values: FlagValues): Pick<RunOptions, 'prices' | 'confirmOver'> {
  const prices = values.text('--prices')?.trim();
  const usd = values.number('--confirm-over', { min: 0 });
  const yes = values.switchValue('--yes') === true;
  return defined({
    prices: prices === '' ? values.problem('--prices: expected a path') : prices,
    confirmOver: usd === undefined ? undefined : { usd, yes },
  });
}
