import type { ArrivalChunk, ArrivalStream, StreamState } from './arrivals.ts';
import type { Arrival } from './load-profile.ts';

/** Where a slice goes on: after so many arrivals of its own, with a state of the stream that lies before the next one. */
export interface SlicePosition {
  readonly position: number;
  readonly state: StreamState;
}

/** Whoever takes arrivals looks so many ahead, at most, of those that it has done. */
const lookAhead = 4;

/** Those arrivals of a stream that have `index % count === slice`, in order. */
export class SliceArrivals implements IterableIterator<Arrival, undefined> {
  readonly #stream: ArrivalStream;
  readonly #slice: number;
  readonly #count: number;
  #chunk: ArrivalChunk;
  /** Of the next one. */
  #index: number;
  /** Before the latest chunks that any were taken from, or are to be. */
  readonly #states: StreamState[] = [];

  constructor(stream: ArrivalStream, slice: number, count: number, from?: SlicePosition) {
    this.#stream = stream;
    this.#slice = slice;
    this.#count = count;
    this.#index = (from?.position ?? 0) * count + slice;
    this.#chunk = stream.chunk(from?.state ?? stream.start);
    this.#remember(this.#chunk.start);
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Arrival, undefined> {
    while (this.#index >= this.#chunk.start.index + this.#chunk.offsetsMs.length) {
      if (this.#chunk.end === undefined) return { done: true, value: undefined };
      this.#chunk = this.#stream.chunk(this.#chunk.end);
    }
    const { start, offsetsMs } = this.#chunk;
    const index = this.#index;
    this.#index += this.#count;
    if (this.#states.at(-1) !== start) this.#remember(start);
    return { done: false, value: { index, offsetMs: offsetsMs[index - start.index] ?? 0 } };
  }

  /** A state that lies before the next one after so many arrivals of the slice: those that were taken, or up to 3 fewer. Undefined where none is known. */
  stateAt(position: number): StreamState | undefined {
    const next = position * this.#count + this.#slice;
    return this.#states.findLast(({ index }) => index <= next);
  }

  /** Those after so many of the slice, apart from this one; undefined where they are not known any more. */
  from(position: number): SliceArrivals | undefined {
    const state = this.stateAt(position);
    return state && new SliceArrivals(this.#stream, this.#slice, this.#count, { position, state });
  }

  #remember(state: StreamState): void {
    this.#states.push(state);
    if (this.#states.length > lookAhead) this.#states.shift();
  }
}

/** Those arrivals of a stream that have `index % count === slice`, from the first on. */
export function sliceArrivals(stream: ArrivalStream, slice: number, count: number): SliceArrivals {
  return new SliceArrivals(stream, slice, count);
}
