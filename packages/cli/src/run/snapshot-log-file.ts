import { TokenstormError } from '@tokenstorm/core';
import type { MetricsSnapshot, StopReason } from '@tokenstorm/core';
import { readLines } from '@tokenstorm/transport';
import type { FileLine } from '@tokenstorm/transport';
import { decodeLine, snapshotSchema } from './snapshot-line.ts';
import type {
  LoggedEvent,
  SnapshotBegin,
  SnapshotEnd,
  SnapshotHeader,
  SnapshotLine,
} from './snapshot-line.ts';

/** A snapshot of a log, and the sequence from which on it stands for its epoch: a compaction makes one of several. */
export interface LoggedSnapshot {
  readonly snapshot: MetricsSnapshot;
  readonly from: number;
}

/**
 * A snapshot log as it is read, once, from its first line to its last. What it says beside its snapshots is known when they
 * have all been given. A log without an end is that of a run that was killed, or that another process went on with.
 */
export class SnapshotLogFile {
  readonly path: string;
  readonly header: SnapshotHeader;
  readonly #lines: AsyncIterator<FileLine>;
  readonly #sequences = new Map<string, number>();
  #end: SnapshotEnd | undefined;
  #startedAtEpochMs: number | undefined;
  #stopReason: StopReason | undefined;
  #failure: string | undefined;
  #endMs = 0;

  private constructor(path: string, header: SnapshotHeader, lines: AsyncIterator<FileLine>) {
    this.path = path;
    this.header = header;
    this.#lines = lines;
  }

  /** The log in this file; `undefined` where it is no snapshot log. Rejects with what the file system says, and with `E_FILE` for one of another version. */
  static async open(path: string): Promise<SnapshotLogFile | undefined> {
    const lines = readLines(path)[Symbol.asyncIterator]();
    const first = await lines.next();
    const header = first.done === true ? undefined : headerOf(first.value.text);
    if (header === undefined) {
      await lines.return?.(undefined);
      return undefined;
    }
    if (header.schema !== snapshotSchema) throw otherVersion(path, String(header.schema));
    return new SnapshotLogFile(path, header as SnapshotHeader, lines);
  }

  /** Each snapshot in the order in which the run's aggregator took it. Rejects with `E_FILE` for a line that is none of a snapshot log. */
  async *snapshots(): AsyncGenerator<LoggedSnapshot> {
    for (;;) {
      const next = await this.#lines.next();
      if (next.done === true) break;
      const line = this.#decode(next.value);
      if (line === undefined) continue;
      if ('snapshot' in line) yield this.#take(line.snapshot, next.value);
      else if ('begin' in line) this.#begin(line.begin);
      else if ('event' in line) this.#hear(line.event);
      else this.#end = line.end;
    }
  }

  /** Absent where the run did not come to its end. */
  get end(): SnapshotEnd | undefined {
    return this.#end;
  }

  /** How the run ended. Of one that was killed: for the reason that had been given by then, or for want of infrastructure. */
  get ended(): SnapshotEnd['ended'] {
    return (
      this.#end?.ended ?? {
        startedAtEpochMs: this.#startedAtEpochMs ?? this.header.createdAtEpochMs,
        stopReason: this.#stopReason ?? 'infrastructure',
        stoppedAtMs: undefined,
        failure: this.#failure,
        lostProcess: undefined,
        notes: [],
      }
    );
  }

  /** End of the last interval, ms from the run's start. */
  get endMs(): number {
    return this.#endMs;
  }

  /** It must be of this run and the next one of its shard: after a hole all sums would be wrong. A compaction leaves holes. */
  #take(snapshot: MetricsSnapshot, { number }: FileLine): LoggedSnapshot {
    const { runId, shard, epoch, sequence } = snapshot;
    const { plan, intervalMs } = this.header;
    const from = (this.#sequences.get(`${shard} ${epoch}`) ?? 0) + 1;
    const follows = intervalMs > plan.snapshotIntervalMs ? sequence >= from : sequence === from;
    if (runId !== plan.runId || !follows) throw damaged(this.path, number);
    this.#sequences.set(`${shard} ${epoch}`, sequence);
    this.#endMs = Math.max(this.#endMs, snapshot.intervalStartMs + snapshot.intervalMs);
    return { snapshot, from };
  }

  #begin({ shard, epoch, sequence }: SnapshotBegin): void {
    this.#sequences.set(`${shard} ${epoch}`, sequence - 1);
  }

  #hear(event: LoggedEvent): void {
    if (event.type === 'run-start') this.#startedAtEpochMs = event.startAtEpochMs;
    else if (event.type === 'run-stop') this.#stopReason ??= event.reason;
    else this.#failure ??= event.message;
  }

  /** Undefined for a last line that is cut: the process was killed while it wrote it. */
  #decode({ text, number, isWhole }: FileLine): SnapshotLine | undefined {
    try {
      const line = decodeLine(text);
      if (typeof line === 'object' && line !== null && isLine(line)) return line as SnapshotLine;
    } catch (cause) {
      if (!isWhole) return undefined;
      throw damaged(this.path, number, cause);
    }
    throw damaged(this.path, number);
  }
}

function headerOf(text: string): { readonly schema: unknown } | undefined {
  if (!text.startsWith('{"schema":"tokenstorm.snapshots/')) return undefined;
  try {
    return JSON.parse(text) as { schema: unknown };
  } catch {
    return undefined;
  }
}

function isLine(value: object): boolean {
  if ('snapshot' in value) return isSnapshot(value.snapshot);
  if ('begin' in value) return isBegin(value.begin);
  return 'event' in value || 'end' in value;
}

function isBegin(value: unknown): boolean {
  const { shard, epoch, sequence } = (value ?? {}) as Partial<SnapshotBegin>;
  return [shard, epoch, sequence].every(Number.isInteger);
}

/** Only what would make a wrong sum instead of an error further on. */
function isSnapshot(value: unknown): boolean {
  const { version, shard, epoch, sequence, intervalStartMs, intervalMs, series, calls, health } = (value ??
    {}) as Partial<MetricsSnapshot>;
  return (
    version === 1 &&
    [shard, epoch, sequence, intervalStartMs, intervalMs].every(Number.isFinite) &&
    Array.isArray(series) &&
    Array.isArray(calls) &&
    typeof health === 'object' &&
    series.every(({ accounting }) => Object.values(accounting).every(Number.isFinite))
  );
}

function otherVersion(path: string, schema: string): TokenstormError {
  return new TokenstormError(
    'E_FILE',
    `${path} is a log of another version: ${schema}, not ${snapshotSchema}`,
    {
      hint: 'Read it with the version of Tokenstorm that wrote it.',
    },
  );
}

/** A line that no run writes. */
function damaged(path: string, line: number, cause?: unknown): TokenstormError {
  return new TokenstormError('E_FILE', `${path}: line ${line} is damaged`, {
    hint: 'A snapshot log is read as a whole: without that line its sums would be wrong.',
    ...(cause !== undefined && { cause }),
  });
}
