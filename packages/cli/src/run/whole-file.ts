import { randomUUID } from 'node:crypto';
import { chmod, link, open, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What stands in the way of a second file beside the first: a folder that takes none, or a file that is mounted by itself. */
const inPlaceCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY']);

/**
 * Writes a file whose name never stands for half of it: it is written beside it and then takes the name, so what was there
 * stays where the disk is full. Devices and pipes are written to. Resolves to whether it replaced a file; without
 * `mayReplace` that is refused with `EEXIST`. Rejects with what the file system says.
 */
export async function writeWholeFile(
  path: string,
  content: string | Uint8Array,
  { mayReplace }: { readonly mayReplace: boolean },
): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) {
    await writeFile(path, content);
    return false;
  }
  // The file that a link points to, not the link.
  const target = found === undefined ? path : await realpath(path);
  const beside = join(dirname(target), `.tokenstorm-${randomUUID()}.part`);
  try {
    await writeThrough(beside, content);
    if (found !== undefined) await chmod(beside, found.mode);
    await (mayReplace ? rename(beside, target) : takeFreeName(beside, target));
  } catch (cause) {
    if (!mayReplace || found === undefined || !inPlaceCodes.has(codeOf(cause))) throw cause;
    await writeFile(target, content);
  } finally {
    await unlink(beside).catch(() => {});
  }
  return found !== undefined;
}

/** A link is refused where the name is taken. File systems without links leave a moment between looking and renaming. */
async function takeFreeName(beside: string, target: string): Promise<void> {
  try {
    await link(beside, target);
  } catch (cause) {
    const isTaken = await stat(target).then(
      () => true,
      () => false,
    );
    if (isTaken) throw cause;
    await rename(beside, target);
  }
}

/** A full disk may show only when what waits is written out. */
async function writeThrough(path: string, content: string | Uint8Array): Promise<void> {
  await using file = await open(path, 'wx');
  await file.writeFile(content);
  await file.sync();
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? '';
}
