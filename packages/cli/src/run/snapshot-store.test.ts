import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  pruneRuns,
  runsFolder,
  storedLeftovers,
  storedLog,
  storedPart,
  storedParts,
  storedRuns,
} from './snapshot-store.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tokenstorm-store-'))));
afterEach(() => rm(folder, { recursive: true }));

const store = () => ({ TOKENSTORM_HOME: folder });

/** Logs of so many bytes, each a second younger than the one before. */
async function logs(sizes: readonly number[]): Promise<readonly string[]> {
  await mkdir(join(folder, 'runs'));
  const names = sizes.map((_, index) => `20261121-08451${index}-k3v9qd.snapshots.jsonl`);
  for (const [index, name] of names.entries()) {
    await writeFile(join(folder, 'runs', name), 'x'.repeat(sizes[index]!));
    await utimes(join(folder, 'runs', name), 1000 + index, 1000 + index);
  }
  return names;
}

const left = () => readdir(join(folder, 'runs'));

describe('the store', () => {
  it.each([
    [{ TOKENSTORM_HOME: '/a', XDG_STATE_HOME: '/b' }, '/a/runs'],
    [{ TOKENSTORM_HOME: '', XDG_STATE_HOME: '/b' }, '/b/tokenstorm/runs'],
    [{ XDG_STATE_HOME: 'not/absolute' }, join(homedir(), '.local/state/tokenstorm/runs')],
    [{}, join(homedir(), '.local/state/tokenstorm/runs')],
  ])('with %j is %s', (environment, path) => {
    expect(runsFolder(environment)).toBe(path);
    expect(storedLog(environment, 'run-1')).toBe(`${path}/run-1.snapshots.jsonl`);
  });

  it('knows its runs, the latest first, and none where it is not there', async () => {
    expect(await storedRuns(store())).toEqual([]);
    await logs([1, 1]);
    await writeFile(join(folder, 'runs/notes.txt'), '');
    expect(await storedRuns(store())).toEqual(['20261121-084511-k3v9qd', '20261121-084510-k3v9qd']);
  });

  it('knows all parts of a run, unless there is only what was left over', async () => {
    const run = '20261121-084510-k3v9qd';
    await mkdir(join(folder, 'runs'));
    const leftovers = storedLeftovers(store(), run, 'host-7-abc');
    await writeFile(leftovers, '');
    expect(await storedParts(store(), run)).toEqual([]);
    const parts = ['agg-1-aa', 'agg-2-bb'].map((id) => storedPart(store(), run, id));
    for (const path of [...parts, storedPart(store(), '20261121-084511-k3v9qd', 'agg-1-aa')])
      await writeFile(path, '');
    await writeFile(`${parts[0]}.compacting`, '');
    expect(await storedParts(store(), run)).toEqual([...parts, leftovers]);
    expect(await storedRuns(store())).toEqual(['20261121-084511-k3v9qd', run]);
  });

  it('keeps the newest so many files', async () => {
    const names = await logs([5, 5, 5, 5]);
    await pruneRuns(store(), { files: 3, bytes: 1000 });
    expect(await left()).toEqual(names.slice(1));
  });

  it('keeps no more bytes than it may, but always the newest file', async () => {
    const names = await logs([10, 10, 10, 10]);
    await pruneRuns(store(), { files: 100, bytes: 25 });
    expect(await left()).toEqual(names.slice(2));
    await pruneRuns(store(), { files: 100, bytes: 5 });
    expect(await left()).toEqual(names.slice(3));
  });

  it('touches nothing but snapshot logs and what a compaction left behind', async () => {
    const names = await logs([10, 10]);
    const others = ['precious.jsonl', `${names[0]}.bak`, 'x-20261121-084512-k3v9qd.snapshots.jsonl'];
    for (const name of others) await writeFile(join(folder, 'runs', name), '');
    const behind = join(folder, 'runs', `${names[0]}.compacting`);
    await writeFile(behind, '');
    await utimes(behind, 1, 1);
    await pruneRuns(store(), { files: 1, bytes: 1000 });
    expect(new Set(await left())).toEqual(new Set([names[1], ...others]));
  });

  it('is no matter where it is not there', async () => {
    await expect(pruneRuns({ TOKENSTORM_HOME: join(folder, 'none') })).resolves.toBeUndefined();
  });
});
