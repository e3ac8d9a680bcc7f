import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from '@tokenstorm/core';

const commit = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** Where CI systems say which commit they build; ours goes first. */
const variables = [
  'TOKENSTORM_GIT_COMMIT',
  'GITHUB_SHA',
  'CI_COMMIT_SHA',
  'GIT_COMMIT',
  'BUILD_SOURCEVERSION',
];

/** The commit that is checked out in a folder, without asking git: the environment's, or that of the repository; `null` where there is none. */
export async function gitCommit(environment: Environment, folder: string): Promise<string | null> {
  for (const name of variables) {
    const value = environment[name]?.trim() ?? '';
    if (commit.test(value)) return value;
  }
  try {
    const found = await gitFolder(resolve(folder));
    return found === undefined ? null : await headOf(found);
  } catch {
    // A repository that cannot be read is no reason to say anything: the commit is an extra.
    return null;
  }
}

async function gitFolder(folder: string): Promise<string | undefined> {
  const path = join(folder, '.git');
  if ((await textOf(join(path, 'HEAD'))) !== undefined) return path;
  // A worktree, or a submodule: a file that says where the folder is.
  const [, target] = /^gitdir: (.+)/.exec((await textOf(path)) ?? '') ?? [];
  if (target !== undefined) return isAbsolute(target) ? target.trim() : resolve(folder, target.trim());
  return dirname(folder) === folder ? undefined : gitFolder(dirname(folder));
}

async function headOf(git: string): Promise<string | null> {
  const head = (await textOf(join(git, 'HEAD')))?.trim() ?? '';
  if (commit.test(head)) return head;
  const [, reference = ''] = /^ref: (\S+)/.exec(head) ?? [];
  if (reference === '') return null;
  const shared = resolve(git, (await textOf(join(git, 'commondir')))?.trim() ?? '.');
  for (const folder of [git, shared]) {
    const loose = (await textOf(join(folder, reference)))?.trim() ?? '';
    if (commit.test(loose)) return loose;
  }
  return packed((await textOf(join(shared, 'packed-refs'))) ?? '', reference);
}

function packed(text: string, reference: string): string | null {
  const line = text.split('\n').find((some) => some.endsWith(` ${reference}`));
  const id = line?.split(' ')[0] ?? '';
  return commit.test(id) ? id : null;
}

function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
