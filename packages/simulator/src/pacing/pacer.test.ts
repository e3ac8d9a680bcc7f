import { describe, expect, it } from 'vitest';
import { monotonicMs } from './monotonic-clock.ts';
import { Pacer } from './pacer.ts';

function ran(pacer: Pacer, dueMs: number): Promise<number> {
  return new Promise((resolve) => pacer.add({ dueMs, run: () => resolve(pacer.nowMs()) }));
}

describe.each(['timer', 'spin'] as const)('a pacer by %s', (mode) => {
  it('runs tasks when they are due, never before, in order', async () => {
    const pacer = new Pacer(mode);
    const startMs = pacer.nowMs();
    const ranMs = await Promise.all([30, 10, 0, 20].map((afterMs) => ran(pacer, startMs + afterMs)));
    const [thirty = 0, ten = 0, zero = 0, twenty = 0] = ranMs.map((atMs) => atMs - startMs);
    expect(thirty).toBeGreaterThanOrEqual(30);
    expect(ten).toBeGreaterThanOrEqual(10);
    expect(twenty).toBeGreaterThanOrEqual(20);
    expect([zero, ten, twenty, thirty]).toEqual(
      [thirty, ten, zero, twenty].toSorted((one, other) => one - other),
    );
  });

  it('stands still during a freeze and goes on where it stopped', async () => {
    const pacer = new Pacer(mode);
    const startMs = pacer.nowMs();
    const realMs = monotonicMs();
    const task = ran(pacer, startMs + 20);
    pacer.freeze(100);
    expect(pacer.isFrozen()).toBe(true);
    const during = pacer.nowMs();
    pacer.freeze(50);
    expect(pacer.nowMs()).toBe(during);
    expect(await task).toBeGreaterThanOrEqual(startMs + 20);
    expect(monotonicMs()).toBeGreaterThanOrEqual(realMs + 120);
    expect(pacer.isFrozen()).toBe(false);
  });
});

it('reads the clock that process.hrtime reads', () => {
  const before = Number(process.hrtime.bigint()) / 1e6;
  const middle = monotonicMs();
  const after = Number(process.hrtime.bigint()) / 1e6;
  expect(middle).toBeGreaterThan(before - 0.05);
  expect(middle).toBeLessThan(after + 0.05);
});
