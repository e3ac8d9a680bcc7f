import { execFile } from 'node:child_process';
import { chmod, lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWholeFile } from './whole-file.ts';

const replacing = { mayReplace: true };

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-whole-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('writeWholeFile', () => {
  it('writes text and bytes, and leaves nothing beside them', async () => {
    expect(await writeWholeFile(join(folder, 'a'), 'text', replacing)).toBe(false);
    expect(await writeWholeFile(join(folder, 'b'), new Uint8Array([0, 255]), { mayReplace: false })).toBe(
      false,
    );
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'b']);
    expect([...(await readFile(join(folder, 'b')))]).toEqual([0, 255]);
  });

  it('replaces a file, whose mode it keeps', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'x'.repeat(100_000));
    await chmod(path, 0o640);
    expect(await writeWholeFile(path, 'new', replacing)).toBe(true);
    expect([await readFile(path, 'utf8'), (await stat(path)).mode & 0o777]).toEqual(['new', 0o640]);
  });

  it('replaces no file that it must not, even one that has come just now', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'precious');
    await expect(writeWholeFile(path, 'new', { mayReplace: false })).rejects.toThrow(/EEXIST/);
    expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['precious', ['a']]);
  });

  it('writes what a link points to, and keeps the link', async () => {
    await writeFile(join(folder, 'a'), 'old');
    await symlink('a', join(folder, 'link'));
    expect(await writeWholeFile(join(folder, 'link'), 'new', replacing)).toBe(true);
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new');
  });

  it('says that a device is full', async () => {
    await expect(writeWholeFile('/dev/full', 'x', replacing)).rejects.toThrow(/ENOSPC/);
    expect(await writeWholeFile('/dev/null', 'x', replacing)).toBe(false);
  });

  it('keeps the old file, and no half of the new one, where there is no room in the middle of it', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'precious');
    const module = JSON.stringify(import.meta.resolve('./whole-file.ts'));
    const script = `import { writeWholeFile } from ${module};
      await writeWholeFile(process.argv[1], 'x'.repeat(1_000_000), { mayReplace: true }).catch(({ code }) => console.log(code));`;
    // A file of this process may have 8 KiB at most.
    const limited = 'ulimit -f 8; exec "$@"';
    const words = ['bash', process.execPath, '--input-type=module', '-e', script, path];
    const { stdout } = await promisify(execFile)('bash', ['-c', limited, ...words]);
    expect(stdout).toBe('EFBIG\n');
    expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['precious', ['a']]);
  });
});
