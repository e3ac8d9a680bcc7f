import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RampingArrivalRate, Stage } from './load-profile.ts';
import { rateAt, ratePieces, timeAtArea } from './rate-curve.ts';

function ramp(startRatePerSecond: number, ...stages: Stage[]): RampingArrivalRate {
  return {
    executor: 'ramping-arrival-rate',
    startRatePerSecond,
    stages,
    arrivals: 'constant',
    maxInFlight: 1,
  };
}

function timeOfRequest(load: RampingArrivalRate, request: number): number {
  const area = request * 1000;
  const piece = ratePieces(load).find(({ endArea }) => area <= endArea);
  return piece === undefined ? NaN : timeAtArea(piece, area);
}

describe('ratePieces', () => {
  it('adds up the requests of each stage and leaves out those without any', () => {
    const load = ramp(
      0,
      { durationMs: 10_000, target: 20 },
      { durationMs: 0, target: 0 },
      { durationMs: 5000, target: 0 },
      { durationMs: 0, target: 4 },
      { durationMs: 1000, target: 4 },
    );
    expect(ratePieces(load)).toEqual([
      { startMs: 0, endMs: 10_000, startRate: 0, endRate: 20, startArea: 0, endArea: 100_000 },
      { startMs: 15_000, endMs: 16_000, startRate: 4, endRate: 4, startArea: 100_000, endArea: 104_000 },
    ]);
  });
});

describe('rateAt', () => {
  it('follows the stages, and is 0 before and after them', () => {
    const load = ramp(0, { durationMs: 10_000, target: 20 }, { durationMs: 5000, target: 20 });
    expect([-1, 0, 2500, 9999, 12_000, 15_000].map((atMs) => rateAt(load, atMs))).toEqual([
      0,
      0,
      5,
      expect.closeTo(20, 1),
      20,
      0,
    ]);
  });
});

describe('timeAtArea', () => {
  it('follows a rise from 0: request n of a rate of t per second is due at sqrt(2 n) s', () => {
    const load = ramp(0, { durationMs: 10_000, target: 10 });
    expect(timeOfRequest(load, 0)).toBe(0);
    expect(timeOfRequest(load, 8)).toBeCloseTo(4000, 9);
    expect(timeOfRequest(load, 18)).toBeCloseTo(6000, 9);
    expect(timeOfRequest(load, 1e-12)).toBeCloseTo(Math.sqrt(2e-12) * 1000, 15);
  });

  it('follows a fall to 0 as the mirror image, to the last billionth of a request and beyond', () => {
    const load = ramp(10, { durationMs: 10_000, target: 0 });
    expect(timeOfRequest(load, 50 - 8)).toBeCloseTo(6000, 9);
    expect(timeOfRequest(load, 50 - 1e-9)).toBeCloseTo(10_000 - Math.sqrt(2e-9) * 1000, 4);
    expect(timeOfRequest(load, 50)).toBe(10_000);
    const [piece] = ratePieces(ramp(0.3, { durationMs: 7, target: 0 }));
    expect(piece && timeAtArea(piece, piece.endArea * (1 + 1e-15))).toBe(7);
  });

  it('divides by the rate where it is constant', () => {
    const load = ramp(20, { durationMs: 60_000, target: 20 });
    expect(timeOfRequest(load, 3)).toBe(150);
    expect(timeOfRequest(load, 1199)).toBe(59_950);
  });

  it('is the inverse of the area, for any linear piece', () => {
    const rate = fc.integer({ min: 0, max: 5_000_000_000 }).map((millionths) => millionths / 1e6);
    const duration = fc.integer({ min: 1, max: 3_600_000 });
    const portion = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, rate, duration, portion, (from, to, durationMs, share) => {
        const [piece] = ratePieces(ramp(from, { durationMs, target: to }));
        if (piece === undefined) return;
        const timeMs = timeAtArea(piece, piece.endArea * share);
        expect(timeMs).toBeGreaterThanOrEqual(0);
        expect(timeMs).toBeLessThanOrEqual(durationMs);
        const area = from * timeMs + (((to - from) / durationMs) * timeMs ** 2) / 2;
        expect(Math.abs(area - piece.endArea * share)).toBeLessThanOrEqual(piece.endArea * 1e-9);
      }),
    );
  });
});
