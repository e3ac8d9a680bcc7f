const chunkRows = 8192;

/** A set of numbers as plain data: which 8,192 of them, and a bit for each. */
export type RowSetChunks = readonly (readonly [index: number, bits: Uint32Array])[];

/**
 * A set of whole numbers from 0 on: a bit for each of 8,192 numbers of which one is in the set. So a million numbers in a row
 * take 125 kB, and a few hundred that lie together 1 kB, however large they are.
 */
export class RowSet {
  readonly #chunks = new Map<number, Uint32Array>();
  #size = 0;

  /** The set that `chunks` was taken of; it has its own memory. */
  static of(chunks: RowSetChunks): RowSet {
    const set = new RowSet();
    for (const [index, bits] of chunks) {
      set.#chunks.set(index, Uint32Array.from(bits));
      for (const word of bits) set.#size += bitsIn(word);
    }
    return set;
  }

  /** The set as plain data, which later changes of it may change. */
  get chunks(): RowSetChunks {
    return [...this.#chunks];
  }

  get size(): number {
    return this.#size;
  }

  /** Whether it was not in the set before. */
  add(row: number): boolean {
    const chunk = this.#chunk(Math.floor(row / chunkRows));
    const [place, bit] = [(row % chunkRows) >>> 5, 1 << (row % 32)];
    if ((chunk[place]! & bit) !== 0) return false;
    chunk[place]! |= bit;
    this.#size += 1;
    return true;
  }

  addAll(other: RowSet): void {
    for (const [index, added] of other.#chunks) {
      const chunk = this.#chunk(index);
      for (let place = 0; place < chunk.length; place += 1) {
        this.#size += bitsIn(added[place]! & ~chunk[place]!);
        chunk[place]! |= added[place]!;
      }
    }
  }

  /** The numbers in the set, ascending within 8,192 of them. */
  rows(): number[] {
    const rows: number[] = [];
    for (const [index, chunk] of this.#chunks) {
      for (let place = 0; place < chunk.length; place += 1) {
        for (let bit = 0; bit < 32; bit += 1) {
          if ((chunk[place]! & (1 << bit)) !== 0) rows.push(index * chunkRows + place * 32 + bit);
        }
      }
    }
    return rows;
  }

  #chunk(index: number): Uint32Array {
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = new Uint32Array(chunkRows / 32);
      this.#chunks.set(index, chunk);
    }
    return chunk;
  }
}

function bitsIn(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
