import type { Random } from '../load/random.ts';
import type { TokenLaw } from '../scenario/scenario.ts';

/** The longest text that is made or asked for: as long as the largest context of any model. */
export const mostTokens = 10_000_000;

/** A number of tokens by its law: whole, from 1 to `mostTokens`. */
export function drawTokens(law: TokenLaw, random: Random): number {
  return Math.min(mostTokens, Math.max(1, Math.round(draw(law, random))));
}

function draw(law: TokenLaw, random: Random): number {
  switch (law.kind) {
    case 'fixed':
      return law.tokens;
    case 'uniform':
      return law.min + Math.floor(random.nextUnit() * (law.max - law.min + 1));
    case 'normal':
      return law.mean + law.stddev * random.normal();
    default:
      return law.median * Math.exp(law.sigma * random.normal());
  }
}
