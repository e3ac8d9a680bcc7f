import { setTimeout as sleep } from 'node:timers/promises';
import type { InfluxConnection } from './influx-connection.ts';
import { failureOf } from './influx-failure.ts';
import type { InfluxFailure } from './influx-failure.ts';
import type { Batch, PointBuffer } from './point-buffer.ts';

export interface BufferWriterOptions {
  readonly connection: InfluxConnection;
  readonly buffer: PointBuffer;
  /** Makes the database; called before the first write, until it succeeds, and again where the database is gone. */
  readonly prepare: () => Promise<void>;
  readonly mayWrite: () => boolean;
  /** Told once when writing begins to fail, and of each refusal. */
  readonly onProblem: (problem: string) => void;
  /** Told once when points are taken again. */
  readonly onRecovery: () => void;
  /** Most that is written in one go. Default: 5,000 points, 1 MB. */
  readonly batch?: { readonly points: number; readonly bytes: number };
}

const defaultBatch = { points: 5000, bytes: 1_000_000 };
/** How long to wait after a failure: twice as long each time, up to the longest; up to the last when time runs out. */
const backoffMs = { first: 250, longest: 5000, last: 1000 };
/** How long an end waits for a write under way. */
const endMs = 2000;

/** Writes what waits in a buffer, one write at a time, and tries again after a failure for as long as it is not disposed. */
export class BufferWriter implements AsyncDisposable {
  readonly #options: BufferWriterOptions;
  readonly #ended = new AbortController();
  #woken = Promise.withResolvers<void>();
  #drained = Promise.withResolvers<void>();
  /** Ends the pause after a failure. */
  #hurry = new AbortController();
  #longestMs: number = backoffMs.longest;
  #isPrepared = false;
  #waitMs: number = backoffMs.first;
  #isFailing = false;
  /** Batches to be written chunk by chunk, because InfluxDB refused a part of one and does not say which. */
  #single = 0;
  readonly #running: Promise<void>;

  constructor(options: BufferWriterOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Something waits in the buffer. */
  wake(): void {
    this.#woken.resolve();
  }

  /** The database is there: nothing has to be made before the first write. */
  prepared(): void {
    this.#isPrepared = true;
  }

  /** Resolves when nothing waits any more, or when the signal aborts. */
  async drained(until: AbortSignal): Promise<void> {
    this.#longestMs = backoffMs.last;
    this.#waitMs = backoffMs.first;
    this.#drained = Promise.withResolvers();
    this.#hurry.abort();
    this.wake();
    if (until.aborted) return;
    const isLate = new Promise<unknown>((resolve) =>
      until.addEventListener('abort', resolve, { once: true }),
    );
    await Promise.race([this.#drained.promise, isLate]);
  }

  /** Stops writing; what waits stays in the buffer. A write under way is waited for, but not for long. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#hurry.abort();
    this.wake();
    await Promise.race([this.#running, sleep(endMs, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const batch = this.#next();
      if (batch === undefined) {
        this.#drained.resolve();
        await this.#woken.promise;
        this.#woken = Promise.withResolvers();
      } else if (this.#options.mayWrite()) {
        await this.#write(batch);
      } else {
        // Nobody says when the right to write comes back.
        await this.#pause(backoffMs.first);
      }
    }
  }

  #next(): Batch | undefined {
    const { buffer, batch = defaultBatch } = this.#options;
    return buffer.next(this.#single > 0 ? { points: 0, bytes: 0 } : batch);
  }

  async #write(batch: Batch): Promise<void> {
    const { connection, buffer } = this.#options;
    try {
      if (!this.#isPrepared) await this.#options.prepare();
      this.#isPrepared = true;
      await connection.write(Buffer.concat(joined(batch)).toString());
      this.#confirm(() => buffer.confirm(batch));
    } catch (cause) {
      await this.#fail(batch, failureOf(cause));
    }
  }

  #confirm(confirm: () => void): void {
    confirm();
    if (this.#single > 0) this.#single -= 1;
    this.#waitMs = backoffMs.first;
    if (this.#isFailing) this.#options.onRecovery();
    this.#isFailing = false;
  }

  async #fail(batch: Batch, failure: InfluxFailure): Promise<void> {
    const isRefused = failure.kind === 'refused' || failure.kind === 'too-large';
    if (isRefused && batch.parts.length > 1) {
      this.#single = batch.parts.length;
    } else if (isRefused) {
      const points = refusedPoints(failure, batch.points);
      this.#confirm(() => this.#options.buffer.confirm(batch, points));
      this.#options.onProblem(`InfluxDB refused ${points} of ${batch.points} points: ${failure.message}`);
    } else {
      if (failure.kind === 'no-database') this.#isPrepared = false;
      if (!this.#isFailing)
        this.#options.onProblem(`InfluxDB takes no points, which wait meanwhile: ${failure.message}`);
      this.#isFailing = true;
      await this.#pause(this.#waitMs);
      this.#waitMs = Math.min(this.#waitMs * 2, this.#longestMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#hurry.signal }).catch(() => {});
    if (this.#hurry.signal.aborted) this.#hurry = new AbortController();
  }
}

const lineBreak = Buffer.from('\n');

function joined({ parts }: Batch): Buffer[] {
  return parts.flatMap(({ chunk }, index) => (index === 0 ? [chunk.bytes] : [lineBreak, chunk.bytes]));
}

/** InfluxDB says of a partial write how many points it left out: those over a limit or of a wrong type, or each that it could not read. */
function refusedPoints({ message }: InfluxFailure, points: number): number {
  if (!/partial write/.test(message)) return points;
  const dropped = Number(/dropped=(\d+)/.exec(message)?.[1] ?? 0);
  return Math.min(points, Math.max(1, dropped, message.split('unable to parse').length - 1));
}
