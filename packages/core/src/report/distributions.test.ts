import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { Trend } from '../metrics/trend.ts';
import { distributionBuckets, distributionsOf } from './distributions.ts';

describe('the distributions of a report', () => {
  const ttft = new Trend();
  ttft.recordAll([0.5, 1.25, 250, 250, 90_000]);
  const encoded = distributionsOf(new Map([['ttft', ttft]]));

  it('hold every value, for any reader of HdrHistogram', () => {
    const theirs = decodeFromCompressedBase64(encoded.ttft!);
    expect(theirs.totalCount).toBe(5);
    expect(theirs.getValueAtPercentile(20)).toBe(500);
    expect(theirs.getValueAtPercentile(50) / 1000).toBeCloseTo(250, 0);
  });

  it('are read as buckets', () => {
    const buckets = distributionBuckets(encoded.ttft!);
    expect(buckets.map(({ count }) => count)).toEqual([1, 1, 2, 1]);
    for (const [index, value] of [0.5, 1.25, 250, 90_000].entries()) {
      expect(buckets[index]!.from).toBeLessThanOrEqual(value);
      expect(buckets[index]!.to).toBeGreaterThan(value);
    }
  });

  it('leave out what has no data', () => {
    expect(distributionsOf(new Map([['ttft', new Trend()]]))).toEqual({});
  });

  it('refuse what is none', () => {
    expect(() => distributionBuckets('AAAA')).toThrow('shorter than its header');
  });
});
