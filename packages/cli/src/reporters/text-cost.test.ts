import type { ReportInput } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from './report.fixture.ts';
import { textReport } from './text.ts';

const counters = { input_tokens: 40_000, output_tokens: 10_000, tokens_from_provider: 100 };
const accounting = { scheduled: 100, completed: 100 };
const one = seriesOf({ e2e: [100] }, { accounting, counters });
const other = seriesOf({ e2e: [100] }, { labels: { model: 'big' }, accounting, counters });

/** $0.0001 and $0.0004 for each token of the first model. */
const priceOf: ReportInput['priceOf'] = ({ model }) =>
  model === 'big' ? undefined : { input: 100, output: 400 };
const budget = { usd: 10, requests: 500, onExhausted: 'drain' } as const;
const budgetState = {
  used: { 'nano-usd': 8_240_000_000, requests: 110 },
  reserved: { 'nano-usd': 10_000_000 },
};

function textOf(series: Parameters<typeof reportOf>[0], changes: Partial<ReportInput>): string {
  return textReport(reportOf(series, changes), { width: 80, colours: false });
}

describe('the cost of a run in its text', () => {
  it('stands below the tokens, with what it is made of', () => {
    // 40,000 x $0.0001 + 10,000 x $0.0004; 30 s of 2,592,000
    expect(textOf([one], { priceOf })).toContain(
      `
Cost analysis:
  Total cost: $8.00 | Cost/request: $0.08 | Cost/1K tokens: $0.16
  own/llama-3-8b: $8.00 for 100 requests at $100.00 in, $400.00 out per 1M
  tokens (the scenario's price)
  At this rate: $691,200.00 in 30 days

Throughput:`,
    );
  });

  it('names the table, its day and each price of its own', () => {
    const price = { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75, reasoning: 20 };
    const ofTable = () => ({ ...price, origin: { source: 'table', date: '2026-07-29' } as const });
    expect(textOf([one], { priceOf: ofTable }).replaceAll(/\n +/g, ' ')).toContain(
      'for 100 requests at $3.00 in, $0.30 cached, $3.75 cache write, $15.00 out, $20.00 reasoning per 1M tokens (built-in table, 2026-07-29)',
    );
  });

  it('is told by region where there are several', () => {
    const eu = seriesOf({ e2e: [100] }, { labels: { region: 'eu' }, accounting, counters });
    expect(textOf([one, eu], { priceOf })).toContain('\n  By region: default $8.00, eu $8.00\n');
  });

  it('is left out where nobody gave prices', () => {
    const text = textOf([one], {});
    expect(text).not.toContain('Cost');
    expect(text).not.toContain('Budget');
  });

  it('is a column of the groups, and unknown in all where one of them is', () => {
    const text = textOf([one, other], { priceOf });
    expect(text).toMatch(/Group +│.*│ +Cost │/);
    expect(text).toMatch(/llama-3-8b +│.*│ +\$8\.00 │/);
    expect(text).toMatch(/big +│.*│ +- │/);
    expect(text).toContain(
      `
Cost analysis:
  Total cost: unknown
  own/llama-3-8b: $8.00 for 100 requests at $100.00 in, $400.00 out per 1M
  tokens (the scenario's price)
  own/big: unknown for 100 requests, no price is known

`,
    );
    expect(text.replaceAll(/\n +/g, ' ')).toContain(
      'The cost in all is unknown: no price is known for own/big.',
    );
  });
});

describe('the budget of a run in its text', () => {
  it('says what of it is used, whatever it was used for', () => {
    expect(textOf([one], { priceOf, budget, budgetState })).toContain(
      '\nBudget: $8.25 of $10.00, 110 of 500 requests, by all attempts\n',
    );
  });

  it('says which part ended the run, when, and what became of the rest', () => {
    const ended = { stopReason: 'budget', stoppedAtMs: 192_000, priceOf, budget } as const;
    const used = { 'nano-usd': 9_800_000_000, requests: 110 };
    const text = textOf([one], { ...ended, budgetState: { used, reserved: {} } }).replaceAll(/\n +/g, ' ');
    expect(text).toContain(
      'Verdict: ABORTED. The budget of $10.00 was used up (spent $9.80) after 3m 12s; no request began after that, and those under way could finish.',
    );
    const stopped = textOf([one], {
      ...ended,
      budget: { ...budget, onExhausted: 'stop' },
      budgetState: { used: { 'nano-usd': 1, requests: 500 }, reserved: {} },
    }).replaceAll(/\n +/g, ' ');
    expect(stopped).toContain(
      'The budget of 500 requests was used up (used 500 requests) after 3m 12s; no request began after that, and those under way were cancelled.',
    );
  });

  it('does not guess what nobody could tell', () => {
    const text = textOf([one], { stopReason: 'budget', budget });
    expect(text).toContain('\nBudget: an unknown part of $10.00, an unknown part of 500 requests, by all');
    expect(text.replaceAll(/\n +/g, ' ')).toContain('The budget of $10.00 was used up after 31.2s;');
  });

  it('is not missed in the reports of older versions', () => {
    const { budget: _budget, ...older } = reportOf([one], { stopReason: 'budget' });
    expect(textReport(older, { width: 80, colours: false })).toContain('The budget was used up after 31.2s');
  });
});

it('a threshold on the cost is measured in dollars', () => {
  const threshold = { expression: 'count < 5', metric: 'cost_usd', passed: false, aborted: false };
  const perSecond = { expression: 'rate < 0.2', metric: 'cost_usd{model:big}', passed: true, aborted: false };
  const text = textOf([one], {
    thresholds: [
      { ...threshold, measured: 8.004 },
      { ...perSecond, measured: 0.0123 },
    ],
  });
  expect(text).toMatch(/✗ cost_usd: count < 5 +\$8\.00\n/);
  expect(text).toMatch(/✓ cost_usd\{model:big\}: rate < 0\.2 +\$0\.0123 a second\n/);
});
