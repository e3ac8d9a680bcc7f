import type { Shard } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { planOf, snapshotOf } from '../run/snapshot-log.fixture.ts';
import { ServiceLog } from './service-log.ts';
import { WorkerJournal } from './worker-journal.ts';

const plan = { ...planOf(4), runId: 'r' };
const shards = Array.from({ length: 4 }, (_, shard): Shard => ({ ...plan.shards[0]!, shard, plan }));

function journal() {
  const lines: string[] = [];
  const clock = { epochMs: () => 0 };
  const write = (line: string) => lines.push(line.trim().replace(/^\S+ w: /, ''));
  return {
    lines,
    journal: new WorkerJournal(new ServiceLog({ format: 'text', quiet: false, name: 'w', clock, write })),
  };
}

describe('WorkerJournal', () => {
  it('writes one line for all shards of a run that change hands together', () => {
    const { lines, journal: written } = journal();
    for (const shard of shards) written.taken(shard);
    written.flush();
    written.ended(shards[0]!, 'yield');
    written.left(shards[0]!, false);
    written.ended(shards[1]!, 'yield');
    written.ended(shards[2]!, 'lost');
    written.flush();
    written.left(shards[1]!, false);
    written.left(shards[2]!, false);
    written.left(shards[3]!, true);
    written.flush();
    expect(lines).toEqual([
      'run r: 4 shards taken, 4 held',
      'run r: 2 shards given back, 1 held, 2 with requests still under way',
      'warning: run r: 1 shard lost: the lease could not be renewed in time, 1 held, 2 with requests still under way',
      'run r: 1 shard done, 0 held',
      'run r: nothing more to do here',
    ]);
  });

  it('says why shards failed once, and how many were fenced', () => {
    const { lines, journal: written } = journal();
    for (const shard of shards) written.taken(shard);
    for (const shard of shards) written.failed(shard, 'KEY is not set');
    for (const shard of shards) written.committed(shard, snapshotOf(plan, 0, 4), 'fenced');
    written.flush();
    expect(lines).toEqual([
      'error: run r: KEY is not set',
      'run r: 4 shards taken, 4 held',
      'warning: run r: 4 shards fenced: what was not stored by then counts as lost, or the run is over, 4 held',
    ]);
  });
});
