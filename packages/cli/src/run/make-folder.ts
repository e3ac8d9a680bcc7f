import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Rejects with what the file system says. (Node's own `recursive` never
 * comes to an end where a folder refuses new ones with ENOENT, as those of `/proc` do.)
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path), mode);
  await mkdir(path, mode).catch(async (cause: NodeJS.ErrnoException) => {
    // Another process may have been quicker.
    const isThere = cause.code === 'EEXIST' && (await stat(path)).isDirectory();
    if (!isThere) throw cause;
  });
}
