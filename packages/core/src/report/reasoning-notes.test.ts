import { describe, expect, it } from 'vitest';
import { reasoningNotes } from './reasoning-notes.ts';

describe('reasoningNotes', () => {
  it('says how many requests have no time per token, where there is reasoning', () => {
    const counters = { tpot_undefined: 1200, reasoning_tokens: 500 };
    expect(reasoningNotes({ counters })).toEqual([
      expect.stringMatching(/^1,200 completed requests have no time per output token \(TPOT/),
    ]);
    expect(reasoningNotes({ counters: { ...counters, tpot_undefined: 1 } })).toEqual([
      expect.stringMatching(/^1 completed request has no time/),
    ]);
  });

  it('says where nobody counts the reasoning, and that it is no part of the figures per token', () => {
    const [uncounted, undefinedTpot, ...others] = reasoningNotes({
      counters: { tpot_undefined: 3, reasoning_uncounted: 4 },
    });
    expect(uncounted).toMatch(/^4 completed requests have reasoning whose length the API does not state/);
    expect(undefinedTpot).toMatch(/^3 completed requests have no time per output token/);
    expect(others).toEqual([]);
    expect(reasoningNotes({ counters: { reasoning_uncounted: 1 } })).toEqual([
      expect.stringMatching(/^1 completed request has reasoning/),
    ]);
  });

  it.each([{}, { tpot_undefined: 5 }, { reasoning_tokens: 5 }])('says nothing for %j', (counters) => {
    expect(reasoningNotes({ counters })).toEqual([]);
  });
});
