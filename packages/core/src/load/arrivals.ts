import { unitArrivals } from './arrival-law.ts';
import type { Arrival, OpenLoopProfile } from './load-profile.ts';
import { Random } from './random.ts';
import type { RandomState } from './random.ts';
import { ratePieces, timeAtArea } from './rate-curve.ts';
import type { RatePiece } from './rate-curve.ts';
import { sliceArrivals } from './slice-arrivals.ts';

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

/** Where a stream of arrivals stands: from here it goes on, the same to the last bit, however long it has run. JSON-serialisable. */
export interface StreamState {
  /** Arrivals that came before. */
  readonly index: number;
  /** Of the unit times of the stream's law. */
  readonly mark: number;
  readonly random: RandomState;
  /** Offset of the arrival before; 0 where there was none. */
  readonly lastMs: number;
}

/** Some arrivals that follow each other. */
export interface ArrivalChunk {
  /** Before the first of them. */
  readonly start: StreamState;
  /** Of arrival `start.index` and those after it. */
  readonly offsetsMs: Float64Array;
  /** After the last of them; absent where the stream ends. */
  readonly end?: StreamState;
}

/** Rounding may put the end of a profile this much, relatively, behind an arrival that falls exactly on it. */
const endTolerance = 1e-12;
/** Few enough for the event loop: 25 us for a Poisson stream. */
const chunkSize = 256;
/** Those who share a stream are about at the same place of it. */
const keptChunks = 32;

/**
 * The arrivals of a load profile: ascending, none after its end, computed chunk by chunk when they are asked for. Arrival i lies
 * where the integral of `rate x share` reaches the i-th arrival time of a stream of rate 1, so a ramp is followed exactly and no
 * error adds up; `constant` gives exactly rate x share x duration arrivals where that is a whole number.
 */
export class ArrivalStream implements Iterable<Arrival> {
  /** Before the first arrival. */
  readonly start: StreamState;
  readonly #load: OpenLoopProfile;
  readonly #phase: number;
  readonly #areaPerArrival: number;
  readonly #pieces: readonly RatePiece[];
  readonly #planEnd: number;
  readonly #kept = new Map<number, ArrivalChunk>();

  constructor(load: OpenLoopProfile, { seed, share, phase }: StreamOptions) {
    this.#load = load;
    this.#phase = phase;
    this.#areaPerArrival = 1000 / share;
    this.#pieces = ratePieces(load);
    this.#planEnd = (this.#pieces.at(-1)?.endArea ?? 0) * (1 - endTolerance);
    const random = new Random(seed);
    const { mark } = unitArrivals(load.arrivals, phase, random);
    this.start = { index: 0, mark, random: random.state, lastMs: 0 };
  }

  [Symbol.iterator](): Iterator<Arrival, undefined> {
    return sliceArrivals(this, 0, 1);
  }

  /** The arrivals from a state of this stream on. Those who ask for the same ones one soon after the other share them. */
  chunk(start: StreamState): ArrivalChunk {
    const known = this.#kept.get(start.index);
    if (known !== undefined) return known;
    const chunk = this.#compute(start);
    this.#kept.set(start.index, chunk);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptChunks) break;
      this.#kept.delete(oldest);
    }
    return chunk;
  }

  #compute(start: StreamState): ArrivalChunk {
    const random = Random.from(start.random);
    const times = unitArrivals(this.#load.arrivals, this.#phase, random, start.mark);
    const offsetsMs = new Float64Array(chunkSize);
    let { lastMs } = start;
    let pieceNumber = 0;
    for (let count = 0; count < chunkSize; count += 1) {
      const area = times.next() * this.#areaPerArrival;
      pieceNumber = this.#pieceWith(area, pieceNumber);
      const piece = this.#pieces[pieceNumber];
      if (piece === undefined) return { start, offsetsMs: offsetsMs.subarray(0, count) };
      // Two arrivals within one rounding step must not change places.
      lastMs = Math.max(lastMs, timeAtArea(piece, area));
      offsetsMs[count] = lastMs;
    }
    const end = { index: start.index + chunkSize, mark: times.mark, random: random.state, lastMs };
    return { start, offsetsMs, end };
  }

  /** The piece that reaches this area, from one that lies before it; where the profile ends before, none has the number. */
  #pieceWith(area: number, from: number): number {
    if (!(area < this.#planEnd)) return this.#pieces.length;
    let number = from;
    while (area >= (this.#pieces[number]?.endArea ?? Infinity)) number += 1;
    return number;
  }
}

/** The arrivals of a load profile, as a stream that those who need some of them share. */
export function arrivals(load: OpenLoopProfile, options: StreamOptions): ArrivalStream {
  return new ArrivalStream(load, options);
}

/** How many arrivals a share of a profile is expected to have, not rounded: the integral of its rate. */
export function plannedArrivals(load: OpenLoopProfile, share: number): number {
  return ((ratePieces(load).at(-1)?.endArea ?? 0) * share) / 1000;
}
