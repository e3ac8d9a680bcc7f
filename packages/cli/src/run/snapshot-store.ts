import { readdir, stat, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Environment } from '@tokenstorm/core';

const suffix = '.snapshots.jsonl';
/** Where a compaction writes; a crash may leave one behind. */
export const compactingSuffix = '.compacting';
/** The id of a run; where several processes kept parts of it, which one; whether it is what was left over. */
const ownLog = /^(\d{8}-\d{6}-[a-z0-9]{6})(\.[\w-]+)?(\.leftovers)?\.snapshots\.jsonl(\.compacting)?$/;

/** What the store keeps at most. */
export interface StoreLimits {
  readonly files: number;
  readonly bytes: number;
}

const storeLimits: StoreLimits = { files: 100, bytes: 1024 ** 3 };

/**
 * The folder of this user's runs on this machine: `runs` in `$TOKENSTORM_HOME`, or else in `tokenstorm` in
 * `$XDG_STATE_HOME` (which counts only if it is absolute, as its specification says), or else in `~/.local/state`.
 */
export function runsFolder(environment: Environment): string {
  const { TOKENSTORM_HOME: own = '', XDG_STATE_HOME: state = '' } = environment;
  if (own !== '') return join(resolve(own), 'runs');
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'tokenstorm', 'runs');
}

/** The snapshot log that the store has of a run, or would have. */
export function storedLog(environment: Environment, runId: string): string {
  return join(runsFolder(environment), runId + suffix);
}

/** The part of a run's snapshot log that this process keeps, of several that may. */
export function storedPart(environment: Environment, runId: string, memberId: string): string {
  return join(runsFolder(environment), `${runId}.${memberId}${suffix}`);
}

/** Where a worker keeps what it could not commit. */
export function storedLeftovers(environment: Environment, runId: string, workerId: string): string {
  return join(runsFolder(environment), `${runId}.${workerId}.leftovers${suffix}`);
}

/** All that the store has of a run's snapshots, none where there is only what was left over. */
export async function storedParts(environment: Environment, runId: string): Promise<readonly string[]> {
  const folder = runsFolder(environment);
  const names = (await readdir(folder).catch(() => [])).filter((name) => {
    const [, run, , , compacting] = ownLog.exec(name) ?? [];
    return run === runId && compacting === undefined;
  });
  const isWhole = names.some((name) => ownLog.exec(name)?.[3] === undefined);
  return isWhole ? names.toSorted().map((name) => join(folder, name)) : [];
}

/** Ids of the runs whose log is in the store, the latest first; none where there is no store. */
export async function storedRuns(environment: Environment): Promise<readonly string[]> {
  const names = await readdir(runsFolder(environment)).catch(() => []);
  const ids = names.filter((name) => name.endsWith(suffix)).flatMap((name) => ownLog.exec(name)?.[1] ?? []);
  return [...new Set(ids)].toSorted().toReversed();
}

/**
 * Deletes the logs that were not written to for longest, until the rest keeps to the limits; only files whose names are
 * those of snapshot logs. The newest one stays whatever its size.
 */
export async function pruneRuns(environment: Environment, limits: StoreLimits = storeLimits): Promise<void> {
  const folder = runsFolder(environment);
  const names = (await readdir(folder).catch(() => [])).filter((name) => ownLog.test(name));
  const found = await Promise.all(names.map((name) => sized(join(folder, name))));
  const newestFirst = found.flat().toSorted((a, b) => b.changedAtMs - a.changedAtMs);
  let bytes = 0;
  for (const [index, file] of newestFirst.entries()) {
    bytes += file.bytes;
    const isOver = index >= limits.files || bytes > limits.bytes;
    // Another run may have been quicker.
    if (isOver && index > 0) await unlink(file.path).catch(() => {});
  }
}

async function sized(path: string) {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? [] : [{ path, bytes: found.size, changedAtMs: found.mtimeMs }];
}
