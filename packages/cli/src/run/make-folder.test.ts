import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-folder-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('makeFolder', () => {
  it('makes what is missing, and minds nothing that is there, nor others that make it too', async () => {
    const path = join(folder, 'a/b/c');
    await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(folder, 'a/b/d'))]);
    await makeFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
    expect((await stat(join(folder, 'a/b/d'))).isDirectory()).toBe(true);
  });

  it('rejects where a file stands in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(folder, 'file/below'))).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('comes to an end where the file system has no room for folders', async () => {
    await expect(makeFolder('/proc/no-such-process/a')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
