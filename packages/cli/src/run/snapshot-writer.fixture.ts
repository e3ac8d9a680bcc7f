import { headerOf, planOf, snapshotOf } from './snapshot-log.fixture.ts';
import { SnapshotLog } from './snapshot-log.ts';

/** The same plan in every process. */
export const writerPlan = { ...planOf(100_000), runId: '20261121-000000-writer' };

/** By then a snapshot must be in its log, ms. */
const patienceMs = 300;

/** Writes snapshots of shard 0 to a log that is compacted all the time, and the sequence of the last that must be in it to stdout, until it is killed. */
async function writeOn(path: string): Promise<void> {
  const log = await SnapshotLog.start(path, headerOf(writerPlan), {
    maxBytes: 200_000,
    onProblem: (problem) => {
      throw new Error(problem);
    },
  });
  for (let second = 0; ; second += 1) {
    log.snapshot(snapshotOf(writerPlan, 0, second));
    setTimeout(() => process.stdout.write(`${second + 1}\n`), patienceMs);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

if (process.argv[1] === import.meta.filename) await writeOn(process.argv[2] ?? '');
