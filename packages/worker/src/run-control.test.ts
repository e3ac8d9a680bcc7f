import { describe, expect, it } from 'vitest';
import { planOf, TestLease } from './__fixtures__/run-setup.ts';
import { workload } from './request/__fixtures__/request-setup.ts';
import { RunControl } from './run-control.ts';
import { ShardControl } from './shard-control.ts';

/** Wall clock at 1,000,000 when the monotonic one is at 500; the latter is moved by the test. */
function controlled() {
  const time = { nowMs: 500 };
  const clock = { nowMs: () => time.nowMs, epochMs: () => time.nowMs + 999_500 };
  const control = new RunControl(clock);
  const taken = new AbortController();
  const lease = new TestLease(planOf([workload()]));
  return { time, control, taken, lease, shard: new ShardControl(control, lease, taken.signal, clock.nowMs) };
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

  it('tells that the budget is used up, once, after the stop that says so', () => {
    const { control, shard } = controlled();
    const heard: string[] = [];
    shard.onBudgetUsedUp(() => heard.push('budget'));
    const forget = shard.onBudgetUsedUp(() => heard.push('gone'));
    shard.onStop((mode) => heard.push(mode));
    forget();
    control.observe({ type: 'run-stop', mode: 'drain', reason: 'interrupted' });
    expect(heard).toEqual(['drain']);
    for (const mode of ['drain', 'drain', 'now'] as const)
      control.observe({ type: 'run-stop', mode, reason: 'budget' });
    expect(heard).toEqual(['drain', 'budget', 'now']);
    shard.onBudgetUsedUp(() => heard.push('late'));
    expect(heard).toEqual(['drain', 'budget', 'now', 'late']);
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
    const { control, shard, time } = controlled();
    const heard: string[] = [];
    shard.onStop((mode) => heard.push(mode));
    control.observe({ type: 'run-start', startAtEpochMs: 1_000_010 });
    expect(shard.hasStarted).toBe(false);
    time.nowMs = 510;
    control.observe({ type: 'run-stop', mode: 'drain', reason: 'interrupted', atEpochMs: 1_000_005 });
    expect(await shard.started()).toBe(510);
    expect([heard, shard.stopMode, shard.end, shard.hasStarted]).toEqual([
      ['drain'],
      'drain',
      undefined,
      true,
    ]);
    expect(shard.stoppedAtMs).toBe(505);
  });

  it('waits for no start once the shard is taken away', async () => {
    const { taken, shard } = controlled();
    const started = shard.started();
    taken.abort('yield');
    expect(await started).toBeUndefined();
    expect(await shard.taken).toBe('yield');
  });

  it('takes the first word on how the shard was taken away, and no reason for a loss', () => {
    const { taken, shard } = controlled();
    taken.abort();
    shard.takeAway('yield');
    expect(shard.end).toBe('lost');
    const other = controlled();
    other.taken.abort('frozen');
    expect(other.shard.end).toBe('frozen');
  });

  it('hears no more of a run that nothing can be heard of', async () => {
    const { control, shard } = controlled();
    control.fail(new Error('the log is gone'));
    await expect(shard.started()).rejects.toThrow('the log is gone');
  });

  it('starts, sends and retries only as long as the lease lasts', () => {
    const { lease, shard } = controlled();
    expect([shard.mayStart(), shard.maySend(), shard.isInDoubt]).toEqual([true, true, false]);
    lease.isHeld = false;
    expect([shard.mayStart(), shard.maySend(), shard.isInDoubt]).toEqual([false, false, true]);
    shard.takeAway('lost');
    expect(shard.isInDoubt).toBe(false);
  });

  it('may send what waited when it gave the shard back, while it is heard of', () => {
    const { lease, shard, time } = controlled();
    shard.confirm(500);
    shard.takeAway('yield');
    lease.isHeld = false;
    time.nowMs = 3500;
    expect([shard.mayStart(), shard.maySend()]).toEqual([false, true]);
    time.nowMs = 3501;
    expect(shard.maySend()).toBe(false);
  });

  it('may send nothing of what it lost', () => {
    const { lease, shard } = controlled();
    shard.confirm(500);
    lease.isHeld = false;
    shard.takeAway('lost');
    expect([shard.mayStart(), shard.maySend()]).toEqual([false, false]);
  });
});
