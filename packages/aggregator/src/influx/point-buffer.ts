/** Lines of the line protocol that are written together. */
export interface Chunk {
  readonly bytes: Buffer;
  readonly points: number;
}

/** What is written in one go: chunks of one or more entries, oldest first. */
export interface Batch {
  readonly parts: readonly Part[];
  readonly points: number;
}

interface Part {
  readonly entry: Entry;
  readonly chunk: Chunk;
}

interface Entry {
  readonly key: string;
  chunks: readonly Chunk[];
}

/** Points of one key that are not in InfluxDB, for good unless the key is put again. */
interface Loss {
  readonly entry: Entry;
  points: number;
}

/**
 * Points that wait to be written, in the order in which their keys first came. A key put again replaces what waits under it.
 * Over the bound the oldest go, and are counted. A batch stays in here until it is confirmed.
 */
export class PointBuffer {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #dropped = new Map<string, Loss>();
  readonly #refused = new Map<string, Loss>();
  #bytes = 0;
  #points = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Points that wait. */
  get waiting(): number {
    return this.#points;
  }

  /** Points that were given up for want of room. */
  get dropped(): number {
    return pointsOf(this.#dropped);
  }

  /** Points that InfluxDB did not take. */
  get refused(): number {
    return pointsOf(this.#refused);
  }

  put(key: string, chunks: readonly Chunk[]): void {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#take(before, before.chunks);
    this.#dropped.delete(key);
    this.#refused.delete(key);
    const entry = { key, chunks };
    // A key that is set again keeps its place in a Map.
    if (chunks.length > 0) this.#entries.set(key, entry);
    else this.#entries.delete(key);
    this.#count(chunks, 1);
    for (const oldest of this.#entries.values()) {
      if (this.#bytes <= this.#maxBytes || oldest === entry) break;
      this.#drop(oldest);
    }
  }

  /** The oldest chunks, at least one, up to so much; undefined where nothing waits. */
  next(limits: { readonly points: number; readonly bytes: number }): Batch | undefined {
    const parts: Part[] = [];
    let [points, bytes] = [0, 0];
    for (const entry of this.#entries.values()) {
      for (const chunk of entry.chunks) {
        const isFull = points + chunk.points > limits.points || bytes + chunk.bytes.length > limits.bytes;
        if (isFull && parts.length > 0) return { parts, points };
        parts.push({ entry, chunk });
        points += chunk.points;
        bytes += chunk.bytes.length;
      }
    }
    return parts.length === 0 ? undefined : { parts, points };
  }

  /** The batch was written, but for so many of its points that InfluxDB refused. */
  confirm({ parts }: Batch, refused = 0): void {
    for (const { entry, chunk } of parts) {
      if (this.#entries.get(entry.key) === entry) this.#remove(entry, [chunk]);
      const dropped = this.#dropped.get(entry.key);
      if (dropped?.entry === entry) dropped.points -= chunk.points;
    }
    const last = parts.at(-1)?.entry;
    if (refused > 0 && last !== undefined && this.#isLatest(last)) {
      const loss = this.#refused.get(last.key) ?? { entry: last, points: 0 };
      loss.points += refused;
      this.#refused.set(last.key, loss);
    }
  }

  /** False once the key was put again: what became of the older points does not matter any more. */
  #isLatest(entry: Entry): boolean {
    const current = this.#entries.get(entry.key) ?? this.#refused.get(entry.key)?.entry;
    return current === undefined || current === entry;
  }

  #drop(entry: Entry): void {
    const points = entry.chunks.reduce((sum, chunk) => sum + chunk.points, 0);
    this.#dropped.set(entry.key, { entry, points });
    this.#remove(entry, entry.chunks);
  }

  #remove(entry: Entry, chunks: readonly Chunk[]): void {
    this.#take(entry, chunks);
    if (entry.chunks.length === 0) this.#entries.delete(entry.key);
  }

  #take(entry: Entry, chunks: readonly Chunk[]): void {
    const gone = entry.chunks.filter((chunk) => chunks.includes(chunk));
    this.#count(gone, -1);
    entry.chunks = entry.chunks.filter((chunk) => !chunks.includes(chunk));
  }

  #count(chunks: readonly Chunk[], sign: 1 | -1): void {
    for (const { bytes, points } of chunks) {
      this.#bytes += sign * bytes.length;
      this.#points += sign * points;
    }
  }
}

function pointsOf(losses: ReadonlyMap<string, Loss>): number {
  return losses.values().reduce((sum, { points }) => sum + points, 0);
}
