import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gitCommit } from './git-commit.ts';

const one = '1'.repeat(40);
const two = '2'.repeat(40);

let top = '';
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'tokenstorm-git-'));
  await write('loose/.git/HEAD', 'ref: refs/heads/main\n');
  await write('loose/.git/refs/heads/main', `${one}\n`);
  await write('loose/deep/er/file', '');
  await write('packed/.git/HEAD', 'ref: refs/heads/main\n');
  await write(
    'packed/.git/packed-refs',
    `# pack-refs with: peeled\n${two} refs/heads/main\n${one} refs/tags/v1\n`,
  );
  await write('detached/.git/HEAD', `${two}\n`);
  await write('tree/.git', `gitdir: ${top}/loose/.git/worktrees/tree\n`);
  await write('loose/.git/worktrees/tree/HEAD', 'ref: refs/heads/side\n');
  await write('loose/.git/worktrees/tree/commondir', '../..\n');
  await write('loose/.git/refs/heads/side', `${two}\n`);
  await write('empty/.git/HEAD', 'ref: refs/heads/main\n');
});
afterAll(() => rm(top, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(top, path)), { recursive: true });
  await writeFile(join(top, path), text);
}

it.each([
  ['loose', one],
  ['loose/deep/er', one],
  ['packed', two],
  ['detached', two],
  ['tree', two],
  ['empty', null],
  ['never', null],
])('reads the commit of %s without git', async (folder, expected) => {
  expect(await gitCommit({}, join(top, folder))).toBe(expected);
});

it('believes the CI system before the folder', async () => {
  expect(await gitCommit({ GITHUB_SHA: two }, join(top, 'loose'))).toBe(two);
  expect(await gitCommit({ GITHUB_SHA: 'main' }, join(top, 'loose'))).toBe(one);
});
