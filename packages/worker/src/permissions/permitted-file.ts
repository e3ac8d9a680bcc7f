import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { TokenstormError } from '@tokenstorm/core';
import type { Permissions } from './permissions.ts';

/**
 * The path of a file that a scenario names and this process may read. A relative one is looked for in the first folder. What links
 * lead to must lie below one of the folders as well. Rejects with `E_NOT_ALLOWED` for any other, without looking at it.
 */
export async function permittedFile(path: string, { folders }: Permissions): Promise<string> {
  if (folders === undefined) return path;
  const [first = '/'] = folders;
  const wanted = resolve(first, path);
  if (!folders.some((folder) => isBelow(wanted, resolve(folder)))) throw refusedFile(path);
  const real = await realPathOf(wanted);
  const realFolders = await Promise.all(folders.map((folder) => realPathOf(resolve(folder))));
  if (!realFolders.some((folder) => isBelow(real, folder))) throw refusedFile(path);
  return real;
}

/** Where links lead to; of what is not there, as far as it is there. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(await realPathOf(folder), basename(path));
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

function refusedFile(path: string): TokenstormError {
  const message = `${path} is not below a folder whose files scenarios may read here (--data-dir)`;
  return new TokenstormError('E_NOT_ALLOWED', message, { hint: folderHint });
}

/** What to do about it. */
export const folderHint = 'start the worker with --data-dir FOLDER, and put the file there';
