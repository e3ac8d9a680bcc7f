import { access, open, realpath, stat, truncate, unlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { TokenstormError, isReportFormat } from '@tokenstorm/core';
import type { ExportTarget } from '@tokenstorm/core';
import { reportFormatEntries } from '../reporters/formats.ts';
import type { RunOptions } from '../flags/run-options.ts';
import { exportPath } from './export-path.ts';
import type { ExportedRun } from './export-path.ts';
import { makeFolder } from './make-folder.ts';

/** The path of an export that goes to standard output, in the place of the report as text. */
const standardOutput = '-';

/** A file that an export is written to. */
export interface ExportFile {
  readonly format: ExportTarget['format'];
  /** Absolute, with everything filled in; `-` for standard output. */
  readonly path: string;
  /** A file of that name was there before. */
  readonly replaces: boolean;
  /** False where a file that has come in the meantime must stay. */
  readonly mayReplace: boolean;
}

/** How files are written. */
export interface ExportManner {
  /** False for `--no-clobber`: a file that is there is refused. */
  readonly clobber?: boolean | undefined;
  /** The report goes to standard output as JSON. */
  readonly json?: boolean;
  /** Files that the command reads, or keeps something else in: no export may take their place. */
  readonly inputs?: readonly string[];
}

/** How a run writes its files: none of them may be its scenario. */
export function exportManner(options: Pick<RunOptions, 'clobber' | 'json' | 'file'>): ExportManner {
  const { clobber, json, file } = options;
  return { clobber, json, inputs: file === undefined ? [] : [file] };
}

/**
 * The files of these exports, each of which can be written now; missing folders are made, what is there stays as it is.
 * Rejects with one `E_FILE` that names every file that cannot be written, and why.
 */
export async function checkExports(
  targets: readonly ExportTarget[],
  run: ExportedRun,
  manner: ExportManner = {},
): Promise<readonly ExportFile[]> {
  const files: ExportFile[] = [];
  const problems: string[] = [];
  const { clobber: mayReplace = true } = manner;
  const taken = new Map<string, string>();
  for (const input of manner.inputs ?? [])
    if (!(await isStream(input))) taken.set(await realPath(input), 'this command uses it for something else');
  for (const { format, path: template } of targets) {
    const path = template === standardOutput ? template : resolve(exportPath(template, run));
    try {
      const real = await realPath(path);
      if (taken.has(real)) throw new Error(taken.get(real));
      taken.set(real, 'two exports have this path');
      const file = { format, path, replaces: false, mayReplace };
      files.push(isStandardOutput(file) ? toOutput(file, manner) : await toFile(file));
    } catch (cause) {
      const place = path === standardOutput ? `${format}=-` : path;
      problems.push(`cannot write to ${place}: ${reasonOf(cause)}`);
    }
  }
  if (problems.length > 0) throw cannotWrite(problems.join('\n'));
  return files;
}

export function isStandardOutput({ path }: Pick<ExportFile, 'path'>): boolean {
  return path === standardOutput;
}

/** Where a path leads through links, as far as it exists. */
export async function realPath(path: string): Promise<string> {
  const absolute = resolve(path);
  const folder = () => realpath(dirname(absolute)).then((real) => join(real, basename(absolute)));
  return realpath(absolute)
    .catch(folder)
    .catch(() => absolute);
}

/** Standard output holds one thing, and one that a terminal can show. */
function toOutput(file: ExportFile, { json = false }: ExportManner): ExportFile {
  const { format } = file;
  if (!isReportFormat(format))
    throw new Error('standard output has room for a report; a line for each request goes to a file');
  if (reportFormatEntries[format].isBinary)
    throw new Error('it is not text; name a file, or /dev/stdout for a pipe');
  if (json) throw new Error('--json has standard output already; choose one');
  return file;
}

async function toFile(file: ExportFile): Promise<ExportFile> {
  const replaces = await checkWritable(file.path);
  if (replaces && !file.mayReplace) throw new Error('it is there already, and --no-clobber keeps it');
  return { ...file, replaces };
}

/** Whether there is something already. Rejects where it cannot be written. */
async function checkWritable(path: string): Promise<boolean> {
  if (await isStream(path)) {
    // Whoever reads a pipe would take a look at it for its end.
    await access(path, constants.W_OK);
    return false;
  }
  const isThere = await isRegularFile(path);
  await makeFolder(dirname(path));
  await (await open(path, 'a')).close();
  // What a link points to, not the link.
  if (!isThere) await unlink(await realpath(path));
  return isThere;
}

/** A pipe, a socket or a device: it has no content that could be lost. */
async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Takes out what is in a file; harmless where there is none, or where it is a pipe or a device. */
export async function emptyFile(path: string): Promise<void> {
  if (await isRegularFile(path)) await truncate(path);
}

/** False for folders, pipes and devices, and where there is nothing. */
export async function isRegularFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}

/** The error of an export that cannot be written. */
export function cannotWrite(message: string, cause?: unknown): TokenstormError {
  return new TokenstormError('E_FILE', message, {
    hint: 'Choose another path (--output, --export, or `output.export` in the file), or make room.',
    ...(cause !== undefined && { cause }),
  });
}

/** What went wrong, in the words of whoever threw it. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
