import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TokenstormError } from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import { reasonOf } from '../run/export-file.ts';
import { makeFolder } from '../run/make-folder.ts';
import { historyPath } from './history-place.ts';
import { historyVersion } from './history-schema.ts';
import { openDatabase } from './open-database.ts';
import { RunHistory } from './run-history.ts';
import { sqliteFault } from './sqlite.ts';

/**
 * What `use` makes of the history of this user's runs on this machine, whose file is made where it is missing. Rejects with
 * `E_FILE` where the file is of no use.
 */
export async function withHistory<T>(
  environment: Environment,
  use: (history: RunHistory) => T | Promise<T>,
): Promise<T> {
  const path = historyPath(environment);
  try {
    await makeFile(path);
    using history = await openKnown(path);
    return await use(history);
  } catch (cause) {
    throw historyError(path, cause);
  }
}

/** The same, where there is a history; undefined where there is none, and none is made. */
export async function withExistingHistory<T>(
  environment: Environment,
  use: (history: RunHistory) => T | Promise<T>,
): Promise<T | undefined> {
  const found = await stat(historyPath(environment)).catch(() => undefined);
  return found === undefined ? undefined : withHistory(environment, use);
}

/** For its owner alone, as the files that SQLite puts beside it are then. */
async function makeFile(path: string): Promise<void> {
  await makeFolder(dirname(path), 0o700);
  await using _handle = await open(path, 'a', 0o600);
}

async function openKnown(path: string): Promise<RunHistory> {
  const { database, version } = await openDatabase(path);
  if (version <= historyVersion) return new RunHistory(database);
  database.close();
  throw newerFile(path, version);
}

function newerFile(path: string, version: number): TokenstormError {
  return new TokenstormError(
    'E_FILE',
    `the history of runs is of a newer Tokenstorm (version ${version} of its file, this one knows ${historyVersion}): ${path}`,
    { hint: 'update Tokenstorm, or set TOKENSTORM_HOME to another folder' },
  );
}

function historyError(path: string, cause: unknown): unknown {
  if (cause instanceof TokenstormError || !isOfTheFile(cause)) return cause;
  if (sqliteFault(cause) === 'damaged') {
    return new TokenstormError('E_FILE', `the history of runs is damaged: ${path}`, {
      hint: `move it out of the way, and the next run starts a new one: mv ${path} ${path}.damaged`,
      cause,
    });
  }
  return new TokenstormError('E_FILE', `cannot use the history of runs, ${path}: ${reasonOf(cause)}`, {
    hint: 'TOKENSTORM_HOME names another folder for it; TOKENSTORM_HISTORY=off does without',
    cause,
  });
}

/** SQLite and the file system give their errors a code; a fault of ours has none. */
function isOfTheFile(cause: unknown): boolean {
  return cause instanceof Error && typeof (cause as NodeJS.ErrnoException).code === 'string';
}
