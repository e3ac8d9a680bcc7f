import { describe, expect, it } from 'vitest';
import { longestChain } from './snapshot-chain.ts';
import type { SnapshotSpan } from './snapshot-chain.ts';

const span = (source: number, from: number, to: number = from): SnapshotSpan => ({ source, from, to });

describe('longestChain', () => {
  it('takes what several logs have once', () => {
    const chain = longestChain([span(0, 1), span(0, 2), span(0, 3), span(1, 2), span(1, 3), span(1, 4)]);
    expect(chain.map(({ from }) => from)).toEqual([1, 2, 3, 4]);
  });

  it('leaves the end of one log out where the other merged over it', () => {
    // The first aggregator told of 7 and 8 too; the second began with 7, and its log was compacted.
    const first = [1, 2, 3, 4, 5, 6, 7, 8].map((sequence) => span(0, sequence));
    expect(longestChain([...first, span(1, 7, 12), span(1, 13, 14)])).toEqual([
      ...first.slice(0, 6),
      span(1, 7, 12),
      span(1, 13, 14),
    ]);
  });

  it('ends before a hole', () => {
    expect(longestChain([span(0, 1, 3), span(1, 5), span(1, 6)])).toEqual([span(0, 1, 3)]);
    expect(longestChain([span(0, 2)])).toEqual([]);
  });
});
