import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { DatasetRow } from '@tokenstorm/core';
import { systemClock } from '../clock.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Before compression; a row that is larger has a chunk of its own. */
const chunkBytes = 4 * 1024 * 1024;
/** On prompts of random words, 1 takes as long and 6 half as much again for 5 % less. */
const level = 3;
/** One row of so much was not meant as a prompt: what is larger is not unpacked. */
const maxChunkBytes = 256 * 1024 * 1024;
/** What else this process does waits no longer than about this, ms. */
const longestTurnMs = 4;
const newline = 10;

/** Rows of a data set, one JSON text a line. */
export interface ChunkText {
  readonly lines: Buffer;
  readonly rows: number;
}

/** Rows of a data set, compressed. */
export interface DatasetChunk {
  readonly bytes: Buffer;
  /** Of the compressed bytes, in hexadecimal. */
  readonly sha256: string;
  readonly rows: number;
}

/** Cuts rows into chunks of about 4 MB. The event loop has a turn every few ms. */
export async function* chunkTexts(rows: readonly DatasetRow[]): AsyncIterable<ChunkText> {
  const turns = new Turns();
  let lines: Buffer[] = [];
  let bytes = 0;
  for (const row of rows) {
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    lines.push(line);
    bytes += line.length;
    if (bytes >= chunkBytes) {
      yield { lines: Buffer.concat(lines), rows: lines.length };
      lines = [];
      bytes = 0;
    }
    await turns.pause();
  }
  if (lines.length > 0) yield { lines: Buffer.concat(lines), rows: lines.length };
}

export async function packChunk({ lines, rows }: ChunkText): Promise<DatasetChunk> {
  const bytes = await compress(lines, { level });
  return { bytes, sha256: sha256Of(bytes), rows };
}

/** Rejects where the bytes are no chunk. The event loop has a turn every few ms. */
export async function unpackChunk(bytes: Buffer): Promise<DatasetRow[]> {
  const lines = await decompress(bytes, { maxOutputLength: maxChunkBytes });
  const turns = new Turns();
  const rows: DatasetRow[] = [];
  let start = 0;
  while (start < lines.length) {
    const end = lines.indexOf(newline, start);
    rows.push(JSON.parse(lines.toString('utf8', start, end)) as DatasetRow);
    start = end + 1;
    await turns.pause();
  }
  return rows;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Cuts long work into turns, between which the event loop does whatever else there is. */
class Turns {
  #startMs = systemClock.nowMs();

  /** Resolves at once while the turn is short; returns nothing to await then. */
  pause(): Promise<void> | undefined {
    return systemClock.nowMs() - this.#startMs > longestTurnMs ? this.#next() : undefined;
  }

  async #next(): Promise<void> {
    await turn();
    this.#startMs = systemClock.nowMs();
  }
}
