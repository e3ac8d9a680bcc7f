import type { Distribution } from './load-profile.ts';
import type { Random } from './random.ts';

/** One value of a distribution. What would fall below 0 is 0, so a wide `normal` has a mean above the one it states. */
export function sample(distribution: Distribution, random: Random): number {
  return Math.max(0, draw(distribution, random));
}

function draw(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case 'fixed':
      return distribution.value;
    case 'uniform':
      return distribution.min + (distribution.max - distribution.min) * random.nextUnit();
    case 'exponential':
      return distribution.mean * random.exponential();
    case 'normal':
      return distribution.mean + distribution.stddev * random.normal();
    default:
      return lognormal(distribution.mean, distribution.stddev, random);
  }
}

/** By the moments of the quantity itself: variance of its logarithm = ln(1 + (stddev / mean)^2). */
function lognormal(mean: number, stddev: number, random: Random): number {
  if (mean <= 0) return 0;
  const logVariance = Math.log1p((stddev / mean) ** 2);
  return mean * Math.exp(Math.sqrt(logVariance) * random.normal() - logVariance / 2);
}
