import { describe, expect, it } from 'vitest';
import { limitNotes } from './limit-notes.ts';

const use = { provider: 'openai', debtTokens: 0, assumedOutputs: 0, statedPerMinute: {} };
const limits = { provider: 'openai', requestsPerMinute: 500, tokensPerMinute: 200_000, burstSeconds: 1 };

describe('limitNotes', () => {
  it('say nothing of limits that went as they were written', () => {
    expect(limitNotes([limits], [use])).toEqual([]);
    expect(limitNotes([limits], [])).toEqual([]);
    expect(limitNotes([], [use])).toEqual([]);
  });

  it('say where the server had less than the scenario', () => {
    expect(limitNotes([limits], [{ ...use, statedPerMinute: { requests: 60, tokens: 150_000 } }])).toEqual([
      'openai says 60 requests a minute, the scenario 500: 60 was kept.',
      'openai says 150,000 tokens a minute, the scenario 200,000: 150,000 was kept.',
    ]);
  });

  it('say how many tokens were charged afterwards', () => {
    expect(limitNotes([limits], [{ ...use, debtTokens: 1234 }])[0]).toContain(
      'charged 1,234 tokens after the answers',
    );
  });

  it('say where the output was not known, if any limit counts it', () => {
    const assumed = { ...use, assumedOutputs: 1 };
    expect(limitNotes([limits], [assumed])[0]).toContain('For 1 attempt at openai without `max_tokens`');
    const { tokensPerMinute: _, ...requestsOnly } = limits;
    expect(limitNotes([requestsOnly], [assumed])).toEqual([]);
  });
});
