import type * as Sqlite from 'node:sqlite';
import type { DatabaseSync } from 'node:sqlite';

/** How long a process waits for others that write, ms. */
const patienceMs = 10_000;

/** Opens a database file, which is made where it is missing, without Node's warning that its SQLite is new. */
export async function openSqlite(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite();
  return new DatabaseSync(path, { timeout: patienceMs });
}

/** Node warns once, when the module is loaded: only that warning is left out, and only then. */
async function loadSqlite(): Promise<typeof Sqlite> {
  const emitWarning = process.emitWarning.bind(process);
  const quiet = (...words: Parameters<typeof emitWarning>) => {
    if (!isAboutSqlite(words)) emitWarning(...words);
  };
  process.emitWarning = quiet as typeof emitWarning;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isAboutSqlite([warning, type]: readonly unknown[]): boolean {
  const isExperimental = type === 'ExperimentalWarning' || (warning as Error).name === 'ExperimentalWarning';
  return isExperimental && /sqlite/i.test(String(warning));
}

/** What SQLite found wrong, by the first byte of its error code. */
export type SqliteFault = 'busy' | 'damaged' | 'full' | 'other';

const faults: Readonly<Record<number, SqliteFault>> = {
  5: 'busy',
  6: 'busy',
  11: 'damaged',
  13: 'full',
  26: 'damaged',
};

/** The fault that an error of SQLite tells of; undefined for an error of something else. */
export function sqliteFault(error: unknown): SqliteFault | undefined {
  const { code, errcode } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    errcode?: unknown;
  };
  if (code !== 'ERR_SQLITE_ERROR' || typeof errcode !== 'number') return undefined;
  return faults[errcode & 0xff] ?? 'other';
}
