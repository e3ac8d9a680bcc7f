import { usdText } from '@tokenstorm/core';

/** An amount of dollars, or `unknown` where a price is missing: never a guess. */
export function dollarText(usd: number | null): string {
  return usd === null ? 'unknown' : usdText(usd);
}
