import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permittedFile } from './permitted-file.ts';

let root: string;
let folders: readonly string[];

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tokenstorm-')));
  folders = [join(root, 'data'), join(root, 'more')];
  for (const name of ['data', 'data2', 'more', 'elsewhere']) await mkdir(join(root, name));
  await writeFile(join(root, 'data', 'a.jsonl'), '');
  await writeFile(join(root, 'elsewhere', 'secret'), '');
  await symlink(join(root, 'elsewhere', 'secret'), join(root, 'data', 'link'));
  await symlink(join(root, 'elsewhere'), join(root, 'data', 'folder'));
  await symlink(join(root, 'more'), join(root, 'data', 'to-more'));
});
afterAll(() => rm(root, { recursive: true }));

describe('a file', () => {
  it('may be anywhere where no folders are given', async () => {
    expect(await permittedFile('/etc/hostname', {})).toBe('/etc/hostname');
  });

  it.each(['data/a.jsonl', 'data/not-there', 'data/../data/a.jsonl', 'more/b', 'data/to-more/x'])(
    'below a folder may be read: %s',
    async (path) => {
      expect(await permittedFile(join(root, path), { folders })).toContain(root);
    },
  );

  it('that is not there may lie in a folder that is a link', async () => {
    const linked = [join(root, 'data', 'to-more')];
    const path = await permittedFile(join(root, 'data', 'to-more', 'not', 'there'), { folders: linked });
    expect(path).toBe(join(root, 'more', 'not', 'there'));
  });

  it('with a relative path is one of the first folder', async () => {
    expect(await permittedFile('a.jsonl', { folders })).toBe(join(root, 'data', 'a.jsonl'));
  });

  it.each([
    'data',
    'data2/a',
    'elsewhere/secret',
    'data/../elsewhere/secret',
    'data/link',
    'data/folder/secret',
  ])('elsewhere may not: %s', async (path) => {
    await expect(permittedFile(`${root}/${path}`, { folders })).rejects.toMatchObject({
      code: 'E_NOT_ALLOWED',
      exitCode: 2,
      message: `${root}/${path} is not below a folder whose files scenarios may read here (--data-dir)`,
    });
  });

  it.each(['/etc/passwd', '../elsewhere/secret', 'x\0y'])(
    'is none where no folder may be read: %j',
    async (path) => {
      await expect(permittedFile(path, { folders: [] })).rejects.toMatchObject({ code: 'E_NOT_ALLOWED' });
    },
  );
});
