import { unitArrivals } from './arrival-law.ts';
import type { Arrival, OpenLoopProfile } from './load-profile.ts';
import { Random } from './random.ts';
import { ratePieces, timeAtArea } from './rate-curve.ts';

/** What makes one stream of arrivals out of a load profile. */
export interface StreamOptions {
  /** Names the stream: the same seed gives the same arrivals. */
  readonly seed: string;
  /** Share of the profile's rate, 0..1: the weight of a region. */
  readonly share: number;
  /**
   * Where in its first gap a `constant` stream starts, 0 (at once) up to, not including, 1. With phases of i/n, n
   * equal streams interleave evenly instead of all firing at one instant. Random laws take no notice of it.
   */
  readonly phase: number;
}

/** All arrivals of a stream, computed anew and one at a time by each iteration. */
export interface ArrivalStream extends StreamOptions, Iterable<Arrival> {
  readonly load: OpenLoopProfile;
}

/** Rounding may put the end of a profile this much, relatively, behind an arrival that falls exactly on it. */
const endTolerance = 1e-12;

/**
 * The arrivals of a load profile: ascending, none after its end. Arrival i lies where the integral of `rate x share`
 * reaches the i-th arrival time of a stream of rate 1, so a ramp is followed exactly and no error adds up;
 * `constant` gives exactly rate x share x duration arrivals where that is a whole number.
 */
export function arrivals(load: OpenLoopProfile, options: StreamOptions): ArrivalStream {
  const stream = { ...options, load, [Symbol.iterator]: () => sliceArrivals(stream, 0, 1) };
  return stream;
}

/** Those arrivals of a stream that have `index % count === slice`; the others cost no more than their random numbers. */
export function* sliceArrivals(
  stream: ArrivalStream,
  slice: number,
  count: number,
): Generator<Arrival, void, undefined> {
  const nextUnitTime = unitArrivals(stream.load.arrivals, stream.phase, new Random(stream.seed));
  const areaPerArrival = 1000 / stream.share;
  const pieces = ratePieces(stream.load);
  const planEnd = (pieces.at(-1)?.endArea ?? 0) * (1 - endTolerance);
  let area = nextUnitTime() * areaPerArrival;
  let index = 0;
  let offsetMs = 0;
  for (const piece of pieces) {
    for (const end = Math.min(piece.endArea, planEnd); area < end; area = nextUnitTime() * areaPerArrival) {
      if (index % count === slice) {
        // Two arrivals within one rounding step must not change places.
        offsetMs = Math.max(offsetMs, timeAtArea(piece, area));
        yield { index, offsetMs };
      }
      index += 1;
    }
  }
}

/** How many arrivals a share of a profile is expected to have, not rounded: the integral of its rate. */
export function plannedArrivals(load: OpenLoopProfile, share: number): number {
  return ((ratePieces(load).at(-1)?.endArea ?? 0) * share) / 1000;
}
