import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './open-database.ts';
import { RunHistory } from './run-history.ts';
import type { KeptReport } from './run-history.ts';
import type { RunSummary } from './run-summary.ts';

/** What a writer is to record. */
export interface WriterInput {
  readonly path: string;
  readonly summaries: readonly RunSummary[];
  readonly kept: KeptReport;
}

/** Records runs in a history that others write to as well, and opens it anew for each, as commands do. */
async function writeAll({ path, summaries, kept }: WriterInput): Promise<void> {
  for (const summary of summaries) {
    const { database } = await openDatabase(path);
    using history = new RunHistory(database);
    history.record(summary, kept);
  }
  parentPort?.postMessage('done');
}

if (parentPort !== null) await writeAll(workerData as WriterInput);
