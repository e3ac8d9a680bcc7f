import { dirname } from 'node:path';
import type { Environment } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { emptyFile } from '../run/export-file.ts';
import { snapshotHeader } from '../run/snapshot-line.ts';
import type { SnapshotHeader } from '../run/snapshot-line.ts';
import { SnapshotLog } from '../run/snapshot-log.ts';
import { storedLeftovers } from '../run/snapshot-store.ts';
import { makeFolder } from '../run/make-folder.ts';
import type { KeptSnapshots } from './recent-commits.ts';

export interface Leftovers extends KeptSnapshots {
  readonly workerId: string;
  readonly environment: Environment;
}

/**
 * Writes what a worker could not commit of a run into the store, as a snapshot log that `tokenstorm report` merges with the
 * others of the run. Resolves to its path; rejects with what the file system says.
 */
export async function keepLeftovers({ plan, snapshots, workerId, environment }: Leftovers): Promise<string> {
  const path = storedLeftovers(environment, plan.runId, workerId);
  await makeFolder(dirname(path), 0o700);
  await emptyFile(path);
  const problems: string[] = [];
  const header: SnapshotHeader = {
    ...snapshotHeader(plan, { clock: systemClock, failOn: 'invalid' }),
    part: { kind: 'leftovers', by: workerId },
  };
  const log = await SnapshotLog.start(path, header, {
    // Nothing of it may be merged: others may have a part of it.
    maxBytes: Infinity,
    onProblem: (problem) => problems.push(problem),
  });
  for (const snapshot of snapshots) log.snapshot(snapshot);
  await log.close();
  if (problems.length > 0) throw new Error(`${path}: ${problems.join(', ')}`);
  return path;
}
