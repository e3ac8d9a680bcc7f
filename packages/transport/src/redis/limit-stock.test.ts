import { describe, expect, it } from 'vitest';
import { LimitStock, requestsIn } from './limit-stock.ts';

/** 10 permits a second of one dimension, 1000 of the other. */
const perMs = [0.01, 1];

function stockOf(amounts: readonly number[], clearInMs: readonly number[] = [0, 0]): LimitStock {
  const stock = new LimitStock(2);
  stock.add({ amounts, clearInMs, perMs }, 1000);
  return stock;
}

describe('LimitStock', () => {
  it('holds nothing at first, which is enough for who needs nothing', () => {
    const stock = new LimitStock(2);
    expect(stock.isEmpty).toBe(true);
    expect(stock.waitMs([1, 0], 0)).toBe(Infinity);
    expect(stock.waitMs([0, 0], 0)).toBe(-Infinity);
  });

  it('has what was there at once, since then', () => {
    const stock = stockOf([2, 100]);
    expect(stock.waitMs([2, 100], 1000)).toBe(0);
    expect(stock.waitMs([1, 1], 1030)).toBe(-30);
    expect(stock.waitMs([3, 100], 1030)).toBe(Infinity);
    stock.take([1, 100]);
    expect(stock.amounts).toEqual([1, 0]);
    expect(stock.waitMs([1, 1], 1030)).toBe(Infinity);
  });

  it('has permits one after the other, where they are yet to come', () => {
    // The last of three is there after 300 ms, so the first after 100.
    const stock = stockOf([3, 0], [300, 0]);
    expect(stock.waitMs([1, 0], 1000)).toBeCloseTo(100, 6);
    expect(stock.waitMs([2, 0], 1000)).toBeCloseTo(200, 6);
    expect(stock.waitMs([1, 0], 1150)).toBeCloseTo(-50, 6);
    stock.take([1, 0]);
    expect(stock.waitMs([1, 0], 1150)).toBeCloseTo(50, 6);
    expect(stock.waitMs([2, 0], 1150)).toBeCloseTo(150, 6);
  });

  it('waits for the dimension that comes last', () => {
    const stock = stockOf([1, 500], [100, 400]);
    expect(stock.waitMs([1, 500], 1000)).toBeCloseTo(400, 6);
    expect(stock.waitMs([1, 50], 1000)).toBeCloseTo(100, 6);
  });

  it('keeps what is due in order when more is added', () => {
    const stock = stockOf([1, 0], [0, 0]);
    stock.add({ amounts: [2, 0], clearInMs: [500, 0], perMs }, 1100);
    // One was there, two come at 1500 and 1600.
    expect(stock.waitMs([1, 0], 1100)).toBe(0);
    expect(stock.waitMs([2, 0], 1100)).toBeCloseTo(400, 6);
    expect(stock.waitMs([3, 0], 1100)).toBeCloseTo(500, 6);
  });

  it('has them earlier where others gave back, never later', () => {
    const stock = stockOf([1, 0], [500, 0]);
    stock.add({ amounts: [0, 0], clearInMs: [900, 0], perMs }, 1100);
    expect(stock.waitMs([1, 0], 1100)).toBeCloseTo(400, 6);
    stock.add({ amounts: [0, 0], clearInMs: [150, 0], perMs }, 1100);
    expect(stock.waitMs([1, 0], 1100)).toBeCloseTo(150, 6);
    stock.add({ amounts: [0, 0], clearInMs: [0, 0], perMs }, 1120);
    expect(stock.waitMs([1, 0], 1125)).toBeCloseTo(-5, 6);
  });

  it('still knows since when a permit is there that an answer came for when it was due', () => {
    const stock = stockOf([1, 0], [100, 0]);
    stock.add({ amounts: [0, 0], clearInMs: [1e15, 0], perMs }, 1099.9);
    expect(stock.waitMs([1, 0], 1102)).toBeCloseTo(-2, 6);
  });

  it('pays debts with all it has, and leaves what it cannot pay', () => {
    const stock = stockOf([2, 100], [300, 0]);
    expect(stock.pay([5, 30])).toEqual([3, 0]);
    expect(stock.amounts).toEqual([0, 70]);
    expect(stock.pay([0, -20])).toEqual([0, -20]);
    expect(stock.amounts).toEqual([0, 70]);
  });

  it('lets go of what is yet to come, or of all', () => {
    const stock = stockOf([3, 100], [200, 0]);
    // At 1050, 1.5 of the three have still to come.
    expect(stock.releaseComing(1050)).toEqual([1.5, 0]);
    expect(stock.amounts).toEqual([1.5, 100]);
    expect(stock.waitMs([1.5, 100], 1050)).toBeLessThanOrEqual(0);
    expect(stock.releaseAll()).toEqual([1.5, 100]);
    expect(stock.isEmpty).toBe(true);
  });

  it('counts for how many requests it is enough', () => {
    expect(requestsIn([4, 100], [1, 50])).toBe(2);
    expect(requestsIn([4, 100], [1, 0])).toBe(4);
    expect(requestsIn([4, 100], [0, 0])).toBe(Infinity);
  });
});
