import { describe, expect, it } from 'vitest';
import { RunControl } from './run-control.ts';
import { ShardControl } from './shard-control.ts';

/** Wall clock at 1,000,000 when the monotonic one is at 500. */
function controlled() {
  const control = new RunControl({ nowMs: () => 500, epochMs: () => 1_000_000 });
  const lease = new AbortController();
  return { control, lease, shard: new ShardControl(control, lease.signal) };
}

describe('RunControl', () => {
  it('tells the start on the clock of this process', async () => {
    const { control } = controlled();
    control.observe({ type: 'run-start', startAtEpochMs: 1_000_050 });
    control.observe({ type: 'run-start', startAtEpochMs: 2_000_000 });
    expect(await control.started).toBe(550);
  });

  it('only ever gets stricter, and says each stop once', () => {
    const { control } = controlled();
    const heard: string[] = [];
    control.onStop((mode) => heard.push(mode));
    for (const mode of ['drain', 'drain', 'now', 'drain', 'now'] as const) {
      control.observe({ type: 'run-stop', mode, reason: 'interrupted' });
    }
    expect(heard).toEqual(['drain', 'now']);
    expect(control.stopMode).toBe('now');
  });

  it('tells who comes late, and nobody who has left', () => {
    const { control } = controlled();
    const heard: string[] = [];
    const forget = control.onStop((mode) => heard.push(`early ${mode}`));
    control.observe({ type: 'run-stop', mode: 'drain', reason: 'threshold' });
    forget();
    control.onStop((mode) => heard.push(`late ${mode}`));
    control.observe({ type: 'run-stop', mode: 'now', reason: 'interrupted' });
    expect(heard).toEqual(['early drain', 'late drain', 'late now']);
  });

  it('takes no notice of other events', () => {
    const { control } = controlled();
    control.observe({ type: 'warmed-up', shard: 0 });
    control.observe({ type: 'worker-failed', workerId: 'w', message: '' });
    expect(control.stopMode).toBeUndefined();
  });
});

describe('ShardControl', () => {
  it('follows the run', async () => {
    const { control, shard } = controlled();
    const heard: string[] = [];
    shard.onStop((mode) => heard.push(mode));
    control.observe({ type: 'run-start', startAtEpochMs: 1_000_000 });
    control.observe({ type: 'run-stop', mode: 'drain', reason: 'interrupted' });
    expect(await shard.started()).toBe(500);
    expect([heard, shard.stopMode, shard.isTakenAway]).toEqual([['drain'], 'drain', false]);
  });

  it('stops now when its lease is taken away, and waits for no start any more', async () => {
    const { lease, shard, control } = controlled();
    const heard: string[] = [];
    shard.onStop((mode) => heard.push(mode));
    const started = shard.started();
    lease.abort();
    expect(await started).toBeUndefined();
    expect(await shard.started()).toBeUndefined();
    expect([heard, shard.stopMode, shard.isTakenAway]).toEqual([['now'], 'now', true]);
    expect(control.stopMode).toBeUndefined();
    shard.onStop((mode) => heard.push(`late ${mode}`));
    expect(heard).toEqual(['now', 'late now']);
  });

  it('tells nobody who has left', () => {
    const { lease, shard, control } = controlled();
    const heard: string[] = [];
    shard.onStop((mode) => heard.push(mode))();
    lease.abort();
    control.observe({ type: 'run-stop', mode: 'now', reason: 'interrupted' });
    expect(heard).toEqual([]);
  });
});
