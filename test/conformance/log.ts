import { expect, it } from 'vitest';
import { snapshotOf } from './samples.ts';
import type { OpenTransport } from './transport.ts';
import { firstOf } from './waiting.ts';

/** What the logs of every transport must do. */
export function logConformance(open: OpenTransport): void {
  it('yields what was appended before and after the reader came, in order', async () => {
    await using opened = await open();
    const log = opened.transport.snapshots('run1');
    await log.append(snapshotOf(1));
    const reading = firstOf(log, 3);
    await log.append(snapshotOf(2));
    await log.append(snapshotOf(3));
    expect((await reading).map(({ value }) => value.sequence)).toEqual([1, 2, 3]);
  });

  it('reads on after an id', async () => {
    await using opened = await open();
    const log = opened.transport.snapshots('run1');
    for (const sequence of [1, 2, 3]) await log.append(snapshotOf(sequence));
    const [first] = await firstOf(log, 1);
    const rest = await firstOf(log, 2, first?.id);
    expect(rest.map(({ value }) => value.sequence)).toEqual([2, 3]);
  });

  it('forgets what was trimmed and nothing else', async () => {
    await using opened = await open();
    const log = opened.transport.snapshots('run1');
    for (const sequence of [1, 2, 3]) await log.append(snapshotOf(sequence));
    const [, second] = await firstOf(log, 2);
    await log.trim(second?.id ?? '');
    expect((await firstOf(log, 1)).map(({ value }) => value.sequence)).toEqual([3]);
  });

  it('keeps a snapshot as it was, histograms to the byte', async () => {
    await using opened = await open();
    const original = snapshotOf(1, { last: true });
    await opened.transport.snapshots('run1').append(original);
    const [read] = await firstOf(opened.transport.snapshots('run1'), 1);
    expect(read?.value).toEqual(original);
  });

  it('keeps an event as it was, and tells every process of it', async () => {
    await using opened = await open();
    const worker = await opened.join('worker');
    const reading = firstOf(worker.events('run1'), 2);
    const stop = { type: 'run-stop', mode: 'drain', reason: 'threshold' } as const;
    const start = { type: 'run-start', startAtEpochMs: 1_700_000_000_000.25 } as const;
    await opened.transport.events('run1').append(start);
    await opened.transport.events('run1').append(stop);
    expect((await reading).map(({ value }) => value)).toEqual([start, stop]);
  });

  it('is one for each run', async () => {
    await using opened = await open();
    const { transport } = opened;
    await transport.snapshots('run1').append(snapshotOf(1));
    await transport.snapshots('run2').append(snapshotOf(2, { runId: 'run2' }));
    await transport.events('run1').append({ type: 'warmed-up', shard: 1 });
    await transport.events('run2').append({ type: 'warmed-up', shard: 2 });
    const [snapshot] = await firstOf(transport.snapshots('run2'), 1);
    const [event] = await firstOf(transport.events('run2'), 1);
    expect(snapshot?.value.sequence).toBe(2);
    expect(event?.value).toEqual({ type: 'warmed-up', shard: 2 });
    await transport.snapshots('run2').trim(snapshot?.id ?? '');
    expect((await firstOf(transport.snapshots('run1'), 1))[0]?.value.sequence).toBe(1);
  });

  it('ends a reader that waits when its signal aborts', async () => {
    await using opened = await open();
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of opened.transport.events('run1').read({ signal: stop.signal }))
        throw new Error('nothing was appended');
    })();
    stop.abort();
    await reading;
  });
}
