import { describe, expect, it } from 'vitest';
import { LimitTidings } from './limit-tidings.ts';

describe('LimitTidings', () => {
  it('has nothing to tell at first', () => {
    const tidings = new LimitTidings(2);
    expect(tidings.dueMs).toBe(Infinity);
    expect(tidings.tell(0)).toEqual({ charge: [0, 0], back: [0, 0], slowPerMs: [-1, -1], left: [-1, -1] });
    tidings.charge([0, 0], 10);
    expect(tidings.dueMs).toBe(Infinity);
  });

  it('adds up what is charged and given back, and tells it within 50 ms of the first', () => {
    const tidings = new LimitTidings(2);
    tidings.charge([1, -100], 1000);
    tidings.charge([0, 30], 1020);
    expect(tidings.dueMs).toBe(1050);
    expect(tidings.givesBack).toBe(true);
    expect(tidings.tell(1050).charge).toEqual([1, -70]);
    expect(tidings.tell(1050).charge).toEqual([0, 0]);
  });

  it('keeps what is given back unused apart from what comes back of what was sent', () => {
    const tidings = new LimitTidings(2);
    tidings.giveBack([2, 0], 1000);
    tidings.giveBack([1, 5], 1010);
    tidings.charge([0, -7], 1020);
    expect(tidings.dueMs).toBe(1050);
    expect(tidings.givesBack).toBe(true);
    expect(tidings.tell(1050)).toMatchObject({ charge: [0, -7], back: [3, 5] });
    expect(tidings.tell(1050)).toMatchObject({ charge: [0, 0], back: [0, 0] });
  });

  it('tells the lowest of what was stated, less what was used since', async () => {
    const tidings = new LimitTidings(2);
    const told = [
      tidings.lower([0.5, Infinity], [10, Infinity], 1000),
      tidings.lower([Infinity, 2], [8, Infinity], 1001),
    ];
    tidings.used([3, 5]);
    expect(tidings.dueMs).toBe(1005);
    expect(tidings.tell(1005)).toMatchObject({ slowPerMs: [0.5, 2], left: [5, -1] });
    tidings.arrived();
    await Promise.all(told);
  });

  it('tells of the server every 50 ms at most', () => {
    const tidings = new LimitTidings(1);
    void tidings.lower([Infinity], [10], 1000);
    tidings.tell(1005);
    void tidings.lower([Infinity], [9], 1006);
    expect(tidings.dueMs).toBe(1055);
  });

  it('resolves only what was told, and rejects the rest where telling fails', async () => {
    const tidings = new LimitTidings(1);
    const first = tidings.lower([Infinity], [10], 1000);
    tidings.tell(1005);
    const second = tidings.lower([Infinity], [9], 1006);
    tidings.arrived();
    await first;
    tidings.fail(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
  });
});
