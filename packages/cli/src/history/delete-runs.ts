import { unlink } from 'node:fs/promises';
import type { Environment } from '@tokenstorm/core';
import { storedParts } from '../run/snapshot-store.ts';
import type { RunHistory } from './run-history.ts';

/** Deletes runs: what the history has of them, and their snapshots. */
export async function deleteRuns(
  history: RunHistory,
  ids: readonly string[],
  { environment, nowEpochMs }: { readonly environment: Environment; readonly nowEpochMs: number },
): Promise<void> {
  for (const id of ids) {
    const parts = await storedParts(environment, id);
    // Another process may have been quicker.
    await Promise.all(parts.map((path) => unlink(path).catch(() => {})));
  }
  history.delete(ids, nowEpochMs);
}
