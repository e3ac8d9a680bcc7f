import { describe, expect, it } from 'vitest';
import { gapsByRegion } from './run-result.ts';

const gap = (region: string, shard: number, startMs: number, endMs: number, lost = 1) => ({
  region,
  shard,
  startMs,
  endMs,
  lost,
});

describe('gapsByRegion', () => {
  it('makes one of those that overlap or touch in a region, and counts each shard once', () => {
    expect(
      gapsByRegion([
        gap('us', 9, 900, 950, 5),
        gap('eu', 1, 1000, 2000),
        gap('eu', 0, 1500, 3000, 2),
        gap('eu', 1, 3000, 3500),
        gap('eu', 2, 8000, 9000),
      ]),
    ).toEqual([
      { region: 'us', start_ms: 900, end_ms: 950, shards: 1, lost: 5 },
      { region: 'eu', start_ms: 1000, end_ms: 3500, shards: 2, lost: 4 },
      { region: 'eu', start_ms: 8000, end_ms: 9000, shards: 1, lost: 1 },
    ]);
  });

  it('has none of none', () => {
    expect(gapsByRegion([])).toEqual([]);
  });
});
