import { describe, expect, it } from 'vitest';
import { budgetLimits, budgetReport } from './budget.ts';

const budget = { usd: 1.1, tokens: 5000, onExhausted: 'drain' } as const;

describe('a budget', () => {
  it('counts dollars in whole billionths', () => {
    expect(budgetLimits(budget)).toEqual({ 'nano-usd': 1_100_000_000, tokens: 5000 });
    expect(budgetLimits({ requests: 7, onExhausted: 'stop' })).toEqual({ requests: 7 });
  });

  it('is reported with what is used and what is still set aside', () => {
    const state = {
      used: { 'nano-usd': 1_000_000_000, tokens: 4000, requests: 10 },
      reserved: { 'nano-usd': 50_000_000, tokens: 300, requests: 1 },
    };
    expect(budgetReport(budget, state, { stopReason: 'budget', stoppedAtMs: 3210.4 })).toEqual({
      on_exhausted: 'drain',
      exhausted: true,
      exhausted_after_s: 3.21,
      usd: { limit: 1.1, used: 1.05 },
      tokens: { limit: 5000, used: 4300 },
      requests: null,
    });
  });

  it('is not exhausted by another end of the run', () => {
    const report = budgetReport(
      budget,
      { used: {}, reserved: {} },
      { stopReason: 'threshold', stoppedAtMs: 5 },
    );
    expect(report).toMatchObject({ exhausted: false, exhausted_after_s: null, tokens: { used: 0 } });
  });

  it('is used up from the start where the warm-up did it', () => {
    const report = budgetReport(budget, undefined, { stopReason: 'budget', stoppedAtMs: -80 });
    expect(report).toMatchObject({ exhausted: true, exhausted_after_s: 0, tokens: { used: null } });
  });

  it('is nothing where there is none', () => {
    expect(budgetReport(undefined, undefined, {})).toBeNull();
  });
});
