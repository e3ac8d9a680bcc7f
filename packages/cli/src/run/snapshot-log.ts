import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MetricsSnapshot, RunEvent } from '@tokenstorm/core';
import { LineFile } from '@tokenstorm/transport';
import { isRegularFile, reasonOf } from './export-file.ts';
import { makeFolder } from './make-folder.ts';
import { SnapshotCompaction } from './snapshot-compaction.ts';
import { encodePart } from './snapshot-line.ts';
import type { LoggedEvent, SnapshotEnd, SnapshotHeader } from './snapshot-line.ts';

/** From this size on a log is compacted: its neighbouring intervals are merged into longer ones. */
const snapshotLogBytes = 64 * 1024 * 1024;
const lineFile = { flushAfterMs: 20, maxPendingBytes: 32 * 1024 * 1024 };

export interface SnapshotLogOptions {
  /** Default: `snapshotLogBytes`. */
  readonly maxBytes?: number;
  /** Hears, once, why the log ends early. The run is not concerned. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Keeps a run on disk as it goes: its plan, each snapshot, the events that a report needs, and what is known at its end. It
 * writes a snapshot in slices, while the event loop turns, and never holds a request up. Whatever goes wrong ends the log and not the run.
 */
export class SnapshotLog {
  readonly path: string;
  readonly #onProblem: SnapshotLogOptions['onProblem'];
  readonly #file: LineFile;
  readonly #compaction: SnapshotCompaction;
  /** Epochs of shards that it has snapshots of. */
  readonly #begun = new Set<string>();
  #problem: string | undefined;
  /** Lines are written one after the other, in the order in which they were given. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: LineFile, maxBytes: number, onProblem: SnapshotLogOptions['onProblem']) {
    this.path = file.path;
    this.#file = file;
    this.#onProblem = onProblem;
    this.#compaction = new SnapshotCompaction(file, maxBytes, (problem) => this.#stop(problem));
  }

  /** Makes the log, and the folders that are missing. Rejects with what the file system says. */
  static async start(
    path: string,
    header: SnapshotHeader,
    options: SnapshotLogOptions,
  ): Promise<SnapshotLog> {
    await makeFolder(dirname(path));
    const opened: { log?: SnapshotLog } = {};
    const onFailure = (cause: Error) => opened.log?.fail(cause);
    const file = await LineFile.open(path, { ...lineFile, onFailure });
    file.append(encodePart(header));
    await file.flush();
    if (file.failure !== undefined) {
      await file[Symbol.asyncDispose]();
      throw file.failure;
    }
    // A pipe or a device has no size, and nothing may take its place.
    const maxBytes = (await isRegularFile(path)) ? (options.maxBytes ?? snapshotLogBytes) : Infinity;
    const log = new SnapshotLog(file, maxBytes, options.onProblem);
    opened.log = log;
    return log;
  }

  /** Why the log ends early; undefined where it does not. */
  get problem(): string | undefined {
    return this.#problem;
  }

  snapshot(snapshot: MetricsSnapshot): void {
    this.#begin(snapshot);
    this.#write(async () => {
      const { series, ...rest } = snapshot;
      const parts: string[] = [];
      for (const one of series) {
        await nextTurn();
        parts.push(encodePart(one));
      }
      return `{"snapshot":${encodePart({ ...rest, series: [] }).slice(0, -2)}${parts.join(',')}]}}`;
    });
  }

  event(event: RunEvent): void {
    const logged = loggedEvent(event);
    if (logged !== undefined) this.#write(async () => encodePart({ event: logged }));
  }

  /** Writes what is known at the end of the run, and closes the log. Never rejects. */
  async end(end: SnapshotEnd): Promise<void> {
    this.#write(async () => encodePart({ end }));
    await this.close();
  }

  /** Closes the log as it is. Never rejects. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#compaction.end();
    await this.#file[Symbol.asyncDispose]().catch((cause: unknown) => this.fail(cause));
  }

  /** In a log that is a part of a run, what came before may be in another one. */
  #begin({ shard, epoch, sequence }: MetricsSnapshot): void {
    const key = `${shard} ${epoch}`;
    if (this.#begun.has(key)) return;
    this.#begun.add(key);
    if (sequence > 1) this.#write(async () => encodePart({ begin: { shard, epoch, sequence } }));
  }

  /** Ends the log early, because of this. */
  fail(cause: unknown): void {
    this.#stop(reasonOf(cause));
  }

  #write(line: () => Promise<string>): void {
    const before = this.#writing;
    this.#writing = this.#writeAfter(before, line).catch((cause: unknown) => this.fail(cause));
  }

  async #writeAfter(before: Promise<void>, line: () => Promise<string>): Promise<void> {
    await before;
    if (this.#problem !== undefined) return;
    if (!this.#file.append(await line())) this.#stop('the disk could not keep up');
    else this.#compaction.look();
  }

  /** A log with a hole would add up to wrong numbers: after the first line that is missing comes none. */
  #stop(problem: string): void {
    if (this.#problem !== undefined) return;
    this.#problem = problem;
    this.#onProblem(problem);
  }
}

function loggedEvent(event: RunEvent): LoggedEvent | undefined {
  if (event.type === 'worker-failed') return { ...event, message: event.message.split('\n', 1)[0] ?? '' };
  return event.type === 'run-start' || event.type === 'run-stop' ? event : undefined;
}
