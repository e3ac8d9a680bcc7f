import { describe, expect, it } from 'vitest';
import { Demand } from './demand.ts';

/** So many requests a second, evenly, for 5 s. */
function demandOf(perSecond: number, amounts: readonly number[] = [1]): Demand {
  const demand = new Demand(amounts.length);
  for (let atMs = 0; atMs < 5000; atMs += 1000 / perSecond) demand.note(amounts, atMs);
  return demand;
}

describe('Demand', () => {
  it('wants one request ahead where little is asked for, or nothing yet', () => {
    expect(new Demand(1).lowMark(0)).toBe(1);
    expect(new Demand(1).isKnown).toBe(false);
    expect(demandOf(0.5).lowMark(5000)).toBeLessThan(1.5);
  });

  it('wants what may come while a trip lasts, and 250 ms of the demand on top', () => {
    const demand = demandOf(100);
    for (let count = 0; count < 100; count += 1) demand.noteTrip(80);
    // In 80 ms, and 20 more for being late, 10 in the mean, of which the standard deviation is 3.16.
    expect(demand.lowMark(5000)).toBeCloseTo(1 + 10 + 9.5, 0);
    expect(demand.target(5000) - demand.lowMark(5000)).toBeCloseTo(25, 0);
  });

  it('forgets: a second later little is left of it', () => {
    const demand = demandOf(100);
    expect(demand.target(8000)).toBeLessThan(0.1 * demand.target(5000) + 1);
  });

  it('knows what a request needs on the average, and rounds it up', () => {
    const demand = new Demand(2);
    demand.note([1, 100], 0);
    demand.note([1, 101], 0);
    expect(demand.typical()).toEqual([1, 101]);
    expect(demandOf(10, [1, 250]).typical()).toEqual([1, 250]);
  });
});
