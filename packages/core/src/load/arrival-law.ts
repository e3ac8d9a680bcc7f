import type { ArrivalLaw } from './load-profile.ts';
import type { Random } from './random.ts';

/** The ascending arrival times of a stream of one arrival per unit of time, without end, one after the other. */
export interface UnitTimes {
  next(): number;
  /** Where it stands: with this mark and the random numbers that follow, another one goes on, the same to the last bit. */
  readonly mark: number;
}

/**
 * Arrival times of a law. Each stream starts in the
 * middle of a gap, so that its first `t` units hold `t` arrivals on average, for any law: `constant` at `phase`
 * (0 up to, not including, 1), then 1 apart; `gamma` after a share of a gap that is drawn in proportion to its
 * length (the equilibrium renewal process; Cox, Renewal Theory, 1962, section 2.2). With a `mark` it goes on from there.
 */
export function unitArrivals(law: ArrivalLaw, phase: number, random: Random, mark?: number): UnitTimes {
  if (law === 'constant') return new EvenTimes(phase, mark ?? 0);
  if (law === 'poisson') return new PoissonTimes(random, mark ?? 0);
  const { burstiness } = law.gamma;
  return new GammaTimes(burstiness, random, mark ?? firstGammaTime(burstiness, random));
}

class EvenTimes implements UnitTimes {
  readonly #phase: number;
  mark: number;

  constructor(phase: number, count: number) {
    this.#phase = phase;
    this.mark = count;
  }

  next(): number {
    return this.mark++ + this.#phase;
  }
}

class PoissonTimes implements UnitTimes {
  readonly #random: Random;
  mark: number;

  constructor(random: Random, lastTime: number) {
    this.#random = random;
    this.mark = lastTime;
  }

  next(): number {
    return (this.mark += this.#random.exponential());
  }
}

class GammaTimes implements UnitTimes {
  readonly #shape: number;
  readonly #random: Random;
  mark: number;

  constructor(shape: number, random: Random, nextTime: number) {
    this.#shape = shape;
    this.#random = random;
    this.mark = nextTime;
  }

  next(): number {
    const time = this.mark;
    this.mark += this.#random.gamma(this.#shape) / this.#shape;
    return time;
  }
}

/** A gamma law weighted by its length is the gamma law of the next shape; no gap came before the first. */
function firstGammaTime(shape: number, random: Random): number {
  return (random.nextUnit() * random.gamma(shape + 1)) / shape;
}
