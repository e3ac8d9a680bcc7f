import type { Workload } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { workload } from '../request/__fixtures__/request-setup.ts';
import { virtualClock } from './__fixtures__/virtual-time.ts';
import { LoadRun } from './load-run.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A load with one request that ends when it is told to, or is cancelled; its source ends when it is told to. */
function runOf(gracefulStopMs: number, change: Partial<Workload> = {}) {
  const source = Promise.withResolvers<void>();
  const idle = Promise.withResolvers<void>();
  const calls: string[] = [];
  const load = {
    workload: workload({ gracefulStopMs, ...change }),
    startMs: 0,
    cancelAll: () => {
      calls.push('cancel');
      idle.resolve();
    },
    idle: () => idle.promise,
    endMeasuring: (atMs: number) => void calls.push(`measured until ${atMs}`),
  };
  const stop = () => {
    calls.push('stop');
    source.resolve();
  };
  const run = new LoadRun(
    load,
    { run: () => source.promise, stop, handOver: async () => stop() },
    virtualClock,
  );
  const state = { ended: false };
  void run.run().then(() => (state.ended = true));
  return { run, source, idle, calls, state };
}

describe('LoadRun', () => {
  it('waits for what is under way, and leaves no timer', async () => {
    const { source, idle, calls, state } = runOf(1000);
    source.resolve();
    await pass(900);
    expect(state.ended).toBe(false);
    idle.resolve();
    await pass(0);
    expect([state.ended, calls, vi.getTimerCount()]).toEqual([true, [], 0]);
  });

  it('cancels what is under way after the graceful stop, which begins when no more will start', async () => {
    const { source, calls, state } = runOf(1000);
    await pass(5000);
    source.resolve();
    await pass(999);
    expect([state.ended, calls]).toEqual([false, []]);
    await pass(1);
    expect([state.ended, calls]).toEqual([true, ['cancel']]);
  });

  it('takes a graceful stop that no timer can wait for as a long one', async () => {
    const { source, calls } = runOf(30 * 86_400_000);
    source.resolve();
    await pass(86_400_000);
    expect(calls).toEqual([]);
  });

  it('drains: nothing starts, the measuring ends, what is under way goes on', async () => {
    const { run, calls, state, idle } = runOf(1000);
    run.stop('drain', 77);
    await pass(500);
    expect([state.ended, calls]).toEqual([false, ['stop', 'measured until 77']]);
    idle.resolve();
    await pass(0);
    expect(state.ended).toBe(true);
  });

  it('stops now, also while it drains', async () => {
    const { run, calls, state } = runOf(1000);
    run.stop('drain', 77);
    await pass(10);
    run.stop('now', 87);
    await pass(0);
    expect(state.ended).toBe(true);
    expect(calls.at(-1)).toBe('cancel');
  });

  it('hands over: what is under way may go on for as long as if it had not', async () => {
    const thinkTimeMs = { kind: 'fixed', value: 0 } as const;
    const load = { executor: 'constant-vus', vus: 1, durationMs: 5000, thinkTimeMs } as const;
    const { run, calls, state } = runOf(1000, { load });
    await pass(2000);
    void run.handOver(0);
    await pass(3999);
    expect([state.ended, calls]).toEqual([false, ['stop']]);
    await pass(1);
    expect([state.ended, calls]).toEqual([true, ['stop', 'cancel']]);
  });

  it('hands over a load that only its iterations end: nothing but a stop cancels', async () => {
    const { run, calls, state } = runOf(1000);
    void run.handOver(0);
    await pass(86_400_000);
    expect([state.ended, calls]).toEqual([false, ['stop']]);
    run.stop('drain', 77);
    await pass(999);
    expect(state.ended).toBe(false);
    await pass(1);
    expect([state.ended, calls.at(-1), vi.getTimerCount()]).toEqual([true, 'cancel', 0]);
  });
});
