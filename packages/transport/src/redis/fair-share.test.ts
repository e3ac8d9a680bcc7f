import { describe, expect, it } from 'vitest';
import { fairShare, surplus } from './fair-share.ts';

describe('fairShare', () => {
  it('gives what remains to the first by rank', () => {
    expect([0, 1, 2].map((rank) => fairShare({ members: 3, unfinished: 32, rank }))).toEqual([11, 11, 10]);
    expect([0, 1, 2].map((rank) => fairShare({ members: 3, unfinished: 2, rank }))).toEqual([1, 1, 0]);
  });

  it('adds up to all shards, whatever there are of both', () => {
    for (let members = 1; members < 40; members += 1) {
      for (let unfinished = 0; unfinished < 100; unfinished += 1) {
        let sum = 0;
        for (let rank = 0; rank < members; rank += 1) sum += fairShare({ members, unfinished, rank });
        expect(sum).toBe(unfinished);
      }
    }
  });

  it('is nothing before anything was seen', () => {
    expect(fairShare({ members: 0, unfinished: 0, rank: 0 })).toBe(0);
    expect(surplus(5, 0, { members: 0, unfinished: 0, ofUnfinishedRuns: 0 })).toBe(0);
  });
});

describe('surplus', () => {
  it('is what is more than any share', () => {
    const region = { members: 3, unfinished: 32, ofUnfinishedRuns: 32 };
    expect([16, 11, 10, 3].map((held) => surplus(held, 0, region))).toEqual([5, 0, 0, 0]);
  });

  it('leaves shards where they are while others end before them', () => {
    // 64 shards of two workers; 40 have ended, of this one's 32 only 12.
    expect(surplus(20, 12, { members: 2, unfinished: 24, ofUnfinishedRuns: 64 })).toBe(0);
  });

  it('spreads what is left to a worker that joins late', () => {
    // 32 shards of three workers, 10 have ended: the fourth gets 3 of them.
    const region = { members: 4, unfinished: 22, ofUnfinishedRuns: 32 };
    expect([surplus(7, 4, region), surplus(7, 3, region), surplus(8, 3, region)]).toEqual([1, 1, 2]);
  });

  it('spreads a new run while one that this worker had alone comes to its end', () => {
    // 63 of the 64 shards of the one have ended, and here; all 64 of the other are here.
    expect(surplus(65, 63, { members: 2, unfinished: 65, ofUnfinishedRuns: 128 })).toBe(32);
  });
});
