import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareTables } from './history-schema.ts';
import { openSqlite, sqliteFault } from './sqlite.ts';

/** The switch to a write-ahead log does not wait for others by itself. */
const mostAttempts = 500;
const pauseMs = 20;

/** A database with the tables of the history in it, to be closed, and their version. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly version: number;
}

/** Opens the database in a file, which may be empty. Waits for others who are doing the same. */
export async function openDatabase(path: string): Promise<OpenDatabase> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openOnce(path);
    } catch (error) {
      if (sqliteFault(error) !== 'busy' || attempt >= mostAttempts) throw error;
      await sleep(pauseMs);
    }
  }
}

async function openOnce(path: string): Promise<OpenDatabase> {
  const database = await openSqlite(path);
  try {
    return { database, version: prepareTables(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}
