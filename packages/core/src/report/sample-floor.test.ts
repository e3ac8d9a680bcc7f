import { describe, expect, it } from 'vitest';
import { sampleFloor, sampleFloors } from './sample-floor.ts';

describe('sampleFloor', () => {
  it('gives the published floors', () => {
    expect(sampleFloors).toEqual({ p90: 64, p95: 130, p99: 662, p999: 6636 });
  });

  it('grows with the quantile', () => {
    const floors = [0.6, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999].map(sampleFloor);
    expect(floors).toEqual(floors.toSorted((a, b) => a - b));
    expect(new Set(floors).size).toBe(floors.length);
  });
});
