import type { Random } from '../load/random.ts';
import type { ComparedFigure } from './compared-figure.ts';
import type { Difference } from './difference.ts';
import type { SideEstimate } from './side-estimate.ts';

/** A change and how sure it is. */
export type BootstrapChange = Pick<Difference, 'change' | 'change_ratio' | 'interval' | 'interval_ratio'>;

/** Draws of one interval: its ends then lie within about 3 % of its width of where they would lie with endless draws. */
const drawCount = 4000;

/**
 * The change from one side to the other with its bootstrap confidence interval. Each draw takes both sides as they might have
 * come out with other requests, and, where a side has several runs, with other runs: how much runs of a side differ beyond
 * what their requests explain is estimated from both sides together, and drawn anew for each draw because few runs tell it
 * badly. Without several runs the interval knows nothing of how one run differs from the next. `random` decides everything.
 */
export function bootstrapChange(
  kind: ComparedFigure['kind'],
  sides: { readonly base: SideEstimate; readonly next: SideEstimate },
  confidence: number,
  random: Random,
): BootstrapChange {
  const { base, next } = sides;
  const change = next.value - base.value;
  const ratio = base.value === 0 ? null : change / base.value;
  const freedom = base.runValues.length + next.runValues.length - 2;
  if ((base.draw === null || next.draw === null) && freedom === 0) {
    return { change, change_ratio: ratio, interval: null, interval_ratio: null };
  }
  const isRelative = kind !== 'ratio';
  const drawn = [drawnSide(base, isRelative, random), drawnSide(next, isRelative, random)] as const;
  const spread = { squares: (squaresOf(base, isRelative) + squaresOf(next, isRelative)) / freedom, freedom };
  const changes = new Float64Array(drawCount);
  const ratios = new Float64Array(drawCount);
  for (let index = 0; index < drawCount; index += 1) {
    const runVariance = freedom === 0 ? 0 : drawnVariance(spread, random);
    const [before, after] = drawn.map((side) => withRunNoise(side, index, runVariance, random)) as [
      number,
      number,
    ];
    changes[index] = after - before;
    ratios[index] = after / before - 1;
  }
  return {
    change,
    change_ratio: ratio,
    interval: centralInterval(changes, confidence),
    interval_ratio: ratio === null ? null : centralInterval(ratios, confidence),
  };
}

interface DrawnSide {
  readonly values: Float64Array;
  readonly runs: number;
  /** Of the side's value under its requests alone; relative to the value where differences of runs are. */
  readonly variance: number;
  readonly isRelative: boolean;
}

function drawnSide({ draw, value, runValues }: SideEstimate, isRelative: boolean, random: Random): DrawnSide {
  const values = Float64Array.from({ length: drawCount }, () => (draw === null ? value : draw(random)));
  const scale = isRelative && value !== 0 ? value : 1;
  const squares = values.reduce((sum, drawn) => sum + ((drawn - value) / scale) ** 2, 0);
  return { values, runs: runValues.length, variance: squares / drawCount, isRelative };
}

/** Squares of the runs' distances from the mean of their side. */
function squaresOf({ runValues }: SideEstimate, isRelative: boolean): number {
  const mean = runValues.reduce((sum, value) => sum + value, 0) / runValues.length;
  const scale = isRelative && mean !== 0 ? mean : 1;
  return runValues.reduce((sum, value) => sum + ((value - mean) / scale) ** 2, 0);
}

/** What the variance of one run's value may be, seen this spread: scaled inverse chi-squared, which gives Student's tails. */
function drawnVariance(
  spread: { readonly squares: number; readonly freedom: number },
  random: Random,
): number {
  return (spread.squares * spread.freedom) / (2 * random.gamma(spread.freedom / 2));
}

/** A drawn value with what runs differ by beyond their requests. */
function withRunNoise(side: DrawnSide, index: number, runVariance: number, random: Random): number {
  const value = side.values[index]!;
  const beyond = runVariance / side.runs - side.variance;
  if (beyond <= 0) return value;
  const noise = Math.sqrt(beyond) * random.normal();
  return side.isRelative ? value * (1 + noise) : value + noise;
}

/** The middle `confidence` of the values, which are sorted in place; `null` where it has no end. */
function centralInterval(values: Float64Array, confidence: number): Difference['interval'] {
  values.sort();
  const at = (share: number) => {
    const place = share * (values.length - 1);
    const below = values[Math.floor(place)]!;
    return below + (values[Math.ceil(place)]! - below) * (place % 1);
  };
  const [low, high] = [at((1 - confidence) / 2), at((1 + confidence) / 2)];
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
}
