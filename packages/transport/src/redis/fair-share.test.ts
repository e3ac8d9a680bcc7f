import { describe, expect, it } from 'vitest';
import { fairShare, regionView, surplus } from './fair-share.ts';

const fit = { isOut: false };

describe('fairShare', () => {
  it('gives what remains to the first by rank', () => {
    expect([0, 1, 2].map((rank) => fairShare({ ...fit, members: 3, unfinished: 32, rank }))).toEqual([
      11, 11, 10,
    ]);
    expect([0, 1, 2].map((rank) => fairShare({ ...fit, members: 3, unfinished: 2, rank }))).toEqual([
      1, 1, 0,
    ]);
  });

  it('adds up to all shards, whatever there are of both', () => {
    for (let members = 1; members < 40; members += 1) {
      for (let unfinished = 0; unfinished < 100; unfinished += 1) {
        let sum = 0;
        for (let rank = 0; rank < members; rank += 1) sum += fairShare({ ...fit, members, unfinished, rank });
        expect(sum).toBe(unfinished);
      }
    }
  });

  it('is nothing before anything was seen', () => {
    expect(fairShare({ ...fit, members: 0, unfinished: 0, rank: 0 })).toBe(0);
    expect(surplus(5, 0, { ...fit, members: 0, unfinished: 0, shards: 0 })).toBe(0);
  });
});

describe('surplus', () => {
  it('is what is more than any share', () => {
    const region = { ...fit, members: 3, unfinished: 32, shards: 32 };
    expect([16, 11, 10, 3].map((held) => surplus(held, 0, region))).toEqual([5, 0, 0, 0]);
  });

  it('leaves shards where they are while others end before them', () => {
    // 64 shards of two workers; 40 have ended, of this one's 32 only 12.
    expect(surplus(20, 12, { ...fit, members: 2, unfinished: 24, shards: 64 })).toBe(0);
  });

  it('spreads what is left to a worker that joins late', () => {
    // 32 shards of three workers, 10 have ended: the fourth gets 3 of them.
    const region = { ...fit, members: 4, unfinished: 22, shards: 32 };
    expect([surplus(7, 4, region), surplus(7, 3, region), surplus(8, 3, region)]).toEqual([1, 1, 2]);
  });

  it('spreads a new run while one that this worker had alone comes to its end', () => {
    // 63 of the 64 shards of the one have ended, and here; all 64 of the other are here.
    expect(surplus(65, 63, { ...fit, members: 2, unfinished: 65, shards: 128 })).toBe(32);
  });
});

describe('regionView', () => {
  const run = (runId: string, out: readonly string[] = []) => ({ runId, unfinished: 16, shards: 20, out });
  const view = (memberId: string, runs: readonly ReturnType<typeof run>[]) =>
    regionView({ memberId, members: 3, rank: ['w1', 'w2', 'w3'].indexOf(memberId) }, runs);

  it('is one for all runs where nobody stays out of any', () => {
    expect(view('w2', [run('a'), run('b')])).toEqual({
      members: 3,
      shared: [{ runIds: ['a', 'b'], members: 3, rank: 1, isOut: false, unfinished: 32, shards: 40 }],
    });
  });

  it('shares a run that some stay out of among the others, to the last shard', () => {
    const runs = [run('a', ['w2']), run('b'), run('c', ['w2'])];
    const views = ['w1', 'w2', 'w3'].map((id) => view(id, runs).shared);
    expect(views.map((shared) => shared.map(({ runIds }) => runIds.join()))).toEqual(
      Array.from(views, () => ['b', 'a,c']),
    );
    expect(views.map((shared) => shared.map(fairShare))).toEqual([
      [6, 16],
      [5, 0],
      [5, 16],
    ]);
    // What it may have held of them before, it gives back.
    expect(views.map((shared) => surplus(4, 0, shared[1]!))).toEqual([0, 4, 0]);
  });

  it('lets all share a run that all stay out of', () => {
    const [shared] = view('w2', [run('a', ['w1', 'w2', 'w3'])]).shared;
    expect(shared).toMatchObject({ members: 3, rank: 1, isOut: false });
  });
});
