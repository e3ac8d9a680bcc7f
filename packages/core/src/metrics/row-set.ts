const chunkRows = 8192;

/**
 * A set of whole numbers from 0 on: a bit for each of 8,192 numbers of which one is in the set. So a million numbers in a row
 * take 125 kB, and a few hundred that lie together 1 kB, however large they are.
 */
export class RowSet {
  readonly #chunks = new Map<number, Uint32Array>();
  #size = 0;

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
