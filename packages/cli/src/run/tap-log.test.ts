import { memoryTransport } from '@tokenstorm/transport';
import { describe, expect, it } from 'vitest';
import { tapLog } from './tap-log.ts';

describe('tapLog', () => {
  it('shows each entry before whoever reads gets it, and passes everything else on', async () => {
    await using transport = memoryTransport();
    const course: string[] = [];
    const log = tapLog(transport.events('run'), (event) => course.push(`shown ${event.type}`));
    await log.append({ type: 'warmed-up', shard: 0 });
    await log.append({ type: 'run-start', startAtEpochMs: 1 });
    const done = new AbortController();
    for await (const { id, value } of log.read({ signal: done.signal })) {
      course.push(`read ${value.type}`);
      await log.trim(id);
      if (value.type === 'run-start') done.abort();
    }
    expect(course).toEqual(['shown warmed-up', 'read warmed-up', 'shown run-start', 'read run-start']);
  });
});
