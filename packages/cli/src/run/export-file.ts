import { access, open, stat, truncate, unlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TokenstormError } from '@tokenstorm/core';
import type { ExportTarget } from '@tokenstorm/core';
import { makeFolder } from './make-folder.ts';

/** A file that an export is written to. */
export interface ExportFile {
  readonly format: ExportTarget['format'];
  /** Absolute, with everything filled in. */
  readonly path: string;
  /** A file of that name was there before. */
  readonly replaces: boolean;
}

/** What the path of an export may name. */
export interface ExportedRun {
  readonly id: string;
  readonly name: string;
  /** ISO 8601; the timestamp of runs whose id does not open with one. */
  readonly started_at?: string;
}

/**
 * `{name}`, `{timestamp}` (UTC, to the second, the same as in the run's id) and `{run}` filled in. It is known before the
 * run starts, so that all files of a run have the same.
 */
export function exportPath(template: string, { id, name, started_at = '' }: ExportedRun): string {
  const timestamp =
    /^\d{8}-\d{6}/.exec(id)?.[0] ?? started_at.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return template
    .replaceAll('{timestamp}', timestamp)
    .replaceAll('{run}', id)
    .replaceAll('{name}', name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-'));
}

/**
 * The files of these exports, each of which can be written now; missing folders are made, what is there stays as it is.
 * Rejects with one `E_FILE` that names every file that cannot be written, and why.
 */
export async function checkExports(
  targets: readonly ExportTarget[],
  run: ExportedRun,
): Promise<readonly ExportFile[]> {
  const files: ExportFile[] = [];
  const problems: string[] = [];
  for (const { format, path: template } of targets) {
    const path = resolve(exportPath(template, run));
    try {
      if (files.some((file) => file.path === path)) throw new Error('two exports have this path');
      files.push({ format, path, replaces: await checkWritable(path) });
    } catch (cause) {
      problems.push(`cannot write to ${path}: ${reasonOf(cause)}`);
    }
  }
  if (problems.length > 0) throw cannotWrite(problems.join('\n'));
  return files;
}

/** Whether there is something already. Rejects where it cannot be written. */
async function checkWritable(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile() && !found.isDirectory()) {
    // A pipe or a device: whoever reads a pipe would take this for its end.
    await access(path, constants.W_OK);
    return false;
  }
  await makeFolder(dirname(path));
  await (await open(path, 'a')).close();
  if (found === undefined) await unlink(path);
  return found !== undefined;
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
