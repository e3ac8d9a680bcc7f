import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { mergeSnapshots } from '@tokenstorm/aggregator';
import { runMeasuredWindow } from '@tokenstorm/core';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { readLines } from '@tokenstorm/transport';
import { decodeLine, encodePart } from './snapshot-line.ts';
import type { SnapshotHeader, SnapshotLine } from './snapshot-line.ts';

/** The first length of merged intervals: that of the windows in a report, which so stay exact. Then it doubles. */
const firstMergedMs = 5000;

export interface CompactionLimits {
  /** How far the log is read. */
  readonly endByte: number;
  /** The shorter log shall be no longer than this; it is where each shard is one interval already. */
  readonly targetBytes: number;
}

/**
 * Writes a snapshot log anew, neighbouring intervals of a shard merged into longer ones, as long as it takes for the size
 * wanted. All sums stay what they are; windows over time get coarser. Resolves once it is on the disk.
 */
export async function compactSnapshots(
  source: string,
  destination: string,
  { endByte, targetBytes }: CompactionLimits,
): Promise<void> {
  for (let shorterMs: number | undefined; ;) {
    const handle = await open(destination, 'w');
    try {
      const pass = new CompactionPass(handle, shorterMs);
      for await (const { text } of readLines(source, endByte)) await pass.line(text);
      await pass.end();
      if (pass.bytes <= targetBytes || pass.isShortest) return await handle.sync();
      shorterMs = pass.intervalMs * 2;
    } finally {
      await handle.close();
    }
  }
}

/** Snapshots of one epoch of a shard that become one. */
interface Part {
  readonly key: string;
  readonly snapshots: MetricsSnapshot[];
}

class CompactionPass {
  readonly #handle: FileHandle;
  readonly #wantedMs: number | undefined;
  readonly #parts = new Map<string, Part>();
  #measuredFromMs: number | undefined;
  #mergedParts = 0;
  intervalMs = 0;
  bytes = 0;

  constructor(handle: FileHandle, wantedMs: number | undefined) {
    this.#handle = handle;
    this.#wantedMs = wantedMs;
  }

  /** Nothing is left that could be merged: one part for the warm-up, one for the rest, of each epoch. */
  get isShortest(): boolean {
    return this.#mergedParts <= 2 * this.#parts.size;
  }

  async line(text: string): Promise<void> {
    const value = decodeLine(text);
    if (this.#measuredFromMs === undefined) return this.#header(value as SnapshotHeader);
    const line = value as SnapshotLine;
    if ('snapshot' in line) return this.#snapshot(line.snapshot);
    return this.#write(text);
  }

  async end(): Promise<void> {
    for (const part of this.#parts.values()) await this.#writePart(part);
  }

  async #header(header: SnapshotHeader): Promise<void> {
    this.#measuredFromMs = runMeasuredWindow(header.plan.scenario.workloads).startMs;
    this.intervalMs = this.#wantedMs ?? Math.max(firstMergedMs, 2 * header.intervalMs);
    await this.#write(encodePart({ ...header, intervalMs: this.intervalMs }));
  }

  async #snapshot(snapshot: MetricsSnapshot): Promise<void> {
    const { shard, epoch, intervalStartMs, intervalMs } = snapshot;
    const isMeasured = intervalStartMs + intervalMs > (this.#measuredFromMs ?? 0);
    const key = `${Math.floor(intervalStartMs / this.intervalMs)} ${isMeasured}`;
    const current = this.#parts.get(`${shard} ${epoch}`);
    if (current?.key === key) {
      current.snapshots.push(snapshot);
    } else {
      this.#parts.set(`${shard} ${epoch}`, { key, snapshots: [snapshot] });
      if (current !== undefined) await this.#writePart(current);
    }
  }

  async #writePart({ snapshots }: Part): Promise<void> {
    this.#mergedParts += 1;
    await this.#write(encodePart({ snapshot: mergeSnapshots(snapshots) }));
  }

  async #write(line: string): Promise<void> {
    const bytes = Buffer.from(`${line}\n`);
    await this.#handle.writeFile(bytes);
    this.bytes += bytes.length;
  }
}
