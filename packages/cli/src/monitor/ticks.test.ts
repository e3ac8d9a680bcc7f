import { describe, expect, it } from 'vitest';
import { Ticks } from './ticks.ts';

describe('Ticks', () => {
  it('do not drift, however late each is noticed', () => {
    const ticks = new Ticks(1000, 100);
    const nowMs = [1000, 1003, 1110.5, 1290, 1301];
    expect(nowMs.map((now) => ticks.next(now))).toEqual([
      { dueMs: 1000, sinceStartMs: 0, skipped: 0 },
      { dueMs: 1100, sinceStartMs: 100, skipped: 0 },
      { dueMs: 1200, sinceStartMs: 200, skipped: 0 },
      { dueMs: 1300, sinceStartMs: 300, skipped: 0 },
      { dueMs: 1400, sinceStartMs: 400, skipped: 0 },
    ]);
  });

  it('that passed while the process was held up are counted, and not made up for', () => {
    const ticks = new Ticks(0, 100);
    expect(ticks.next(0)).toMatchObject({ dueMs: 0, skipped: 0 });
    expect(ticks.next(730)).toMatchObject({ dueMs: 700, skipped: 6 });
    expect(ticks.next(731)).toMatchObject({ dueMs: 800, skipped: 0 });
  });
});
