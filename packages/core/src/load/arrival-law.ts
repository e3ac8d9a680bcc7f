import type { ArrivalLaw } from './load-profile.ts';
import type { Random } from './random.ts';

/**
 * The ascending arrival times of a stream of one arrival per unit of time, without end. Each stream starts in the
 * middle of a gap, so that its first `t` units hold `t` arrivals on average, for any law: `constant` at `phase`
 * (0 up to, not including, 1), then 1 apart; `gamma` after a share of a gap that is drawn in proportion to its
 * length (the equilibrium renewal process; Cox, Renewal Theory, 1962, section 2.2).
 */
export function unitArrivals(law: ArrivalLaw, phase: number, random: Random): () => number {
  if (law === 'constant') return evenTimes(phase);
  if (law === 'poisson') return poissonTimes(random);
  return gammaTimes(law.gamma.burstiness, random);
}

function evenTimes(phase: number): () => number {
  let count = 0;
  return () => count++ + phase;
}

function poissonTimes(random: Random): () => number {
  let time = 0;
  return () => (time += random.exponential());
}

function gammaTimes(shape: number, random: Random): () => number {
  // A gamma law weighted by its length is the gamma law of the next shape; no gap came before the first.
  let nextTime = (random.nextUnit() * random.gamma(shape + 1)) / shape;
  return () => {
    const time = nextTime;
    nextTime += random.gamma(shape) / shape;
    return time;
  };
}
