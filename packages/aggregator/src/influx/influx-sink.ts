import type { LookupFunction } from 'node:net';
import type { Report } from '@tokenstorm/core';
import type { RunResult } from '../run-result.ts';
import type { Sink, SinkRun, SinkStop } from '../sink.ts';
import type { MetricsWindow } from '../sum-window.ts';
import { BufferWriter } from './buffer-writer.ts';
import { chunksOf } from './chunks.ts';
import { InfluxConnection } from './influx-connection.ts';
import { parseInfluxUrl } from './influx-url.ts';
import { PointBuffer } from './point-buffer.ts';
import { prepareDatabase } from './prepare-database.ts';
import { generatorEndLine, generatorLines } from './generator-lines.ts';
import type { GeneratorStatus } from './generator-lines.ts';
import { endLine, startLine, stopLine } from './run-lines.ts';
import { seriesLines, wholeRunPlace, windowPlace } from './series-lines.ts';

/** The database where neither the URL nor an option names one. */
const defaultInfluxDatabase = 'tokenstorm';

/** Which InfluxDB. */
export interface InfluxTarget {
  /** `http[s]://[user:password@]host[:port][/path][?db=NAME]`. */
  readonly url: string;
  /** Default: that of the URL, or `tokenstorm`. */
  readonly database?: string;
  /** How long points are kept, as `30d`; at least `1h`. Default: 30 days where nothing was set before. */
  readonly retention?: string;
  /** Finds the addresses of its host for each connection; default: as the system does. */
  readonly lookup?: LookupFunction;
}

export interface InfluxSinkOptions extends InfluxTarget {
  /** Hears of trouble, and of its end: sentences without the password. */
  readonly onProblem?: (problem: string) => void;
  /** Most that waits while InfluxDB takes nothing, in bytes of its line protocol; the oldest windows go first. Default: 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** How long `finish` goes on trying, ms. Default: 30 s. */
  readonly finishMs?: number;
  /** Most that is written in one go. Default: 5,000 points, 1 MB. Less holds the event loop up for less. */
  readonly batch?: { readonly points: number; readonly bytes: number };
}

const defaults = { maxWaitingBytes: 64 * 1024 * 1024, finishMs: 30_000 };
const requestTimeoutMs = 10_000;
/** Windows that wait to be made into points: one with all its distributions is some MB, its points are a tenth of that. */
const mostWindows = 8;

/** Where a run is written to InfluxDB. Throws `E_USAGE` for a URL that cannot be read. */
export function influxSink(options: InfluxSinkOptions): Sink {
  return new InfluxSink(options, connectionTo(options));
}

/** Makes the database and its retention policy where they are missing. Rejects with a `TokenstormError` where it cannot be used. */
export async function prepareInflux(target: InfluxTarget): Promise<void> {
  await prepareDatabase(connectionTo(target), target.retention);
}

/** The connection to a target. Nothing is sent yet. */
export function connectionTo(
  { url, database, lookup }: Pick<InfluxTarget, 'url' | 'database' | 'lookup'>,
  timeoutMs: number = requestTimeoutMs,
): InfluxConnection {
  const address = parseInfluxUrl(url);
  const name = database ?? address.database ?? defaultInfluxDatabase;
  return new InfluxConnection(address, name, timeoutMs, lookup);
}

class InfluxSink implements Sink {
  readonly #options: InfluxSinkOptions;
  readonly #connection: InfluxConnection;
  readonly #buffer: PointBuffer;
  readonly #writer: BufferWriter;
  /** Windows whose points are still to be made; a newer state of one takes its place. */
  readonly #windows = new Map<number, MetricsWindow>();
  #run: SinkRun | undefined;
  #encoding: Promise<void> | undefined;
  #status: GeneratorStatus | undefined;
  #stop: SinkStop | undefined;
  #lastProblem: string | undefined;

  constructor(options: InfluxSinkOptions, connection: InfluxConnection) {
    this.#options = options;
    this.#connection = connection;
    this.#buffer = new PointBuffer(options.maxWaitingBytes ?? defaults.maxWaitingBytes);
    this.#writer = new BufferWriter({
      connection,
      buffer: this.#buffer,
      prepare: () => this.#prepare(),
      mayWrite: () => this.#run?.mayWrite?.() ?? true,
      onProblem: (problem) => this.#tell(problem),
      onRecovery: () => options.onProblem?.('InfluxDB takes points again.'),
      ...(options.batch !== undefined && { batch: options.batch }),
    });
  }

  get unwritten(): number {
    return this.#buffer.waiting + this.#buffer.dropped + this.#buffer.refused;
  }

  get note(): string | undefined {
    if (this.unwritten === 0) return undefined;
    const { dropped, refused } = this.#buffer;
    const waiting = this.#buffer.waiting;
    const parts = [
      ...(waiting > 0 ? [`${count(waiting)} could not be written in time`] : []),
      ...(dropped > 0 ? [`${count(dropped)} were given up while others waited`] : []),
      ...(refused > 0 ? [`${count(refused)} were refused`] : []),
    ];
    const points = this.unwritten === 1 ? 'point is' : 'points are';
    const last = this.#lastProblem === undefined ? '' : ` ${this.#lastProblem}`;
    return `${count(this.unwritten)} ${points} not in InfluxDB: ${parts.join(', ')}.${last}`;
  }

  async start(run: SinkRun): Promise<void> {
    this.#run = run;
    await this.#put('start', [startLine(run)]);
    await this.#prepare();
    this.#writer.prepared();
  }

  async write(window: MetricsWindow): Promise<void> {
    this.#windows.set(window.startMs, window);
    this.#encoding ??= this.#encodeAll()
      .catch((cause: unknown) => this.#tell(`A window could not be made into points: ${String(cause)}`))
      .finally(() => (this.#encoding = undefined));
    if (this.#windows.size >= mostWindows) await this.#encoding;
  }

  observe(status: GeneratorStatus): void {
    this.#status = status;
  }

  stopped(stop: SinkStop): void {
    if (this.#stop !== undefined || this.#run === undefined) return;
    this.#stop = stop;
    void this.#put('stop', [stopLine(this.#run, stop)]);
  }

  async finish(report: Report, { totals, endMs }: Pick<RunResult, 'totals' | 'endMs'>): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    const deadline = AbortSignal.timeout(this.#options.finishMs ?? defaults.finishMs);
    await this.#encoding;
    await this.#put('run', seriesLines(run, totals, wholeRunPlace(run)));
    const end = { endMs, ...(this.#stop !== undefined && { stoppedAtMs: this.#stop.atMs }) };
    const generator = generatorEndLine(run, run.startedAtEpochMs + endMs, report);
    // Last: a run whose end is there is there as a whole.
    await this.#put('end', [generator, endLine(run, report, end)]);
    await this.#writer.drained(deadline);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
  }

  async #encodeAll(): Promise<void> {
    for (const [startMs, window] of this.#windows) {
      this.#windows.delete(startMs);
      if (this.#run !== undefined) await this.#encode(this.#run, window);
    }
  }

  async #encode(run: SinkRun, window: MetricsWindow): Promise<void> {
    await this.#put(`window ${window.startMs}`, windowLines(run, window, this.#status));
  }

  async #put(key: string, lines: Iterable<string | undefined>): Promise<void> {
    this.#buffer.put(key, await chunksOf(lines));
    this.#writer.wake();
  }

  async #prepare(): Promise<void> {
    const warning = await prepareDatabase(this.#connection, this.#options.retention);
    if (warning !== undefined) this.#tell(warning);
  }

  #tell(problem: string): void {
    this.#lastProblem = problem;
    this.#options.onProblem?.(problem);
  }
}

function* windowLines(
  run: SinkRun,
  { startMs, totals }: MetricsWindow,
  status: GeneratorStatus | undefined,
): Generator<string | undefined> {
  const place = windowPlace(run, startMs);
  yield* generatorLines(run, place, totals, status);
  yield* seriesLines(run, totals, place);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
