import { appendFile } from 'node:fs/promises';
import { isReportFormat, requestHeader, requestRow, requestStartMs } from '@tokenstorm/core';
import type { Clock, RequestFormat, RequestRecord, SeriesLabels } from '@tokenstorm/core';
import { LineFile } from '@tokenstorm/transport';
import type { RecordSink } from '@tokenstorm/worker';
import { numbered } from '../view/number-text.ts';
import { cannotWrite, emptyFile, reasonOf } from './export-file.ts';
import type { ExportFile } from './export-file.ts';

/** Longest time until a request that ended is in its file, and rows that may wait for a slow disk (about 30,000). */
const lineFile = { flushAfterMs: 200, maxPendingBytes: 16 * 1024 * 1024 };

/** A file with one line for each request. */
export interface RequestFile {
  readonly format: RequestFormat;
  readonly path: string;
}

/** What became of a per-request export in one process. JSON-serialisable. */
export interface RequestExportOutcome {
  readonly path: string;
  /** Requests that it was given. */
  readonly requests: number;
  /** Those of them that are not in the file. */
  readonly missing: number;
  /** Why the file could not be written on; absent where it could. */
  readonly reason?: string;
}

export interface RequestExportOptions {
  readonly runId: string;
  readonly clock: Clock;
  /** Hears once for each file that it cannot be written any more. */
  readonly onFailure: (path: string, cause: Error) => void;
}

/** Those of the exports that hold one line for each request. */
export function requestFiles(files: readonly ExportFile[]): readonly RequestFile[] {
  return files.flatMap(({ format, path }) => (isReportFormat(format) ? [] : [{ format, path }]));
}

/** Empties the files and writes what stands above their rows: once a run, before the first `RequestExport` is opened. Rejects with `E_FILE`. */
export async function startRequestFiles(files: readonly RequestFile[]): Promise<void> {
  for (const { path, format } of files) {
    const header = requestHeader(format);
    try {
      await emptyFile(path);
      await appendFile(path, header === undefined ? '' : `${header}\n`);
    } catch (cause) {
      throw cannotWrite(`cannot write to ${path}: ${reasonOf(cause)}`, cause);
    }
  }
}

interface OpenFile {
  readonly format: RequestFormat;
  readonly lines: LineFile;
}

/**
 * Writes the requests of this process to files that are open in other processes too, as they end. A disk that cannot keep
 * up or is full costs rows, which are counted, and never holds a request up.
 */
export class RequestExport implements RecordSink, AsyncDisposable {
  readonly #options: RequestExportOptions;
  readonly #files: readonly OpenFile[];
  #requests = 0;

  private constructor(files: readonly OpenFile[], options: RequestExportOptions) {
    this.#files = files;
    this.#options = options;
  }

  static async open(files: readonly RequestFile[], options: RequestExportOptions): Promise<RequestExport> {
    const opened = files.map(async ({ format, path }) => ({
      format,
      lines: await LineFile.open(path, {
        ...lineFile,
        onFailure: (cause) => options.onFailure(path, cause),
      }),
    }));
    return new RequestExport(await Promise.all(opened), options);
  }

  write(record: RequestRecord, labels: SeriesLabels): void {
    const { runId, clock } = this.#options;
    const startedAtEpochMs = clock.epochMs() - (record.endMs - requestStartMs(record));
    const request = { runId, labels, record, startedAtEpochMs };
    this.#requests += 1;
    for (const { format, lines } of this.#files) lines.append(requestRow(format, request));
  }

  /** Writes what waits and closes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { lines } of this.#files) await lines[Symbol.asyncDispose]();
  }

  /** What became of each file; complete once this is disposed. */
  get outcomes(): readonly RequestExportOutcome[] {
    return this.#files.map(({ lines }) => ({
      path: lines.path,
      requests: this.#requests,
      missing: lines.linesLost,
      ...(lines.failure !== undefined && { reason: lines.failure.message }),
    }));
  }
}

/** The outcomes of several processes, one for each file. */
export function sumOfOutcomes(outcomes: readonly RequestExportOutcome[]): readonly RequestExportOutcome[] {
  return [...Map.groupBy(outcomes, ({ path }) => path).values()].map((parts) =>
    parts.reduce((sum, part) => ({
      ...part,
      ...sum,
      requests: sum.requests + part.requests,
      missing: sum.missing + part.missing,
    })),
  );
}

/** What the report says of files that lack requests. */
export function incompleteNotes(outcomes: readonly RequestExportOutcome[]): string[] {
  return sumOfOutcomes(outcomes)
    .filter(({ missing }) => missing > 0)
    .map(({ path, missing, requests, reason = 'the disk could not keep up' }) => {
      const count = missing.toLocaleString('en-US');
      return `${path} is incomplete: ${count} of ${numbered(requests, 'request')} are not in it (${reason}).`;
    });
}
