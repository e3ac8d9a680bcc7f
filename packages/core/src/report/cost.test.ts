import { describe, expect, it } from 'vitest';
import { pricesOf } from '../cost/price.ts';
import { emptyAccounting } from '../metrics/accounting.ts';
import { SeriesTotals } from '../metrics/series-totals.ts';
import type { SnapshotSeries } from '../metrics/snapshot.ts';
import { costNotes, reportedCost } from './cost.ts';

const priceOf = pricesOf([{ provider: 'own', model: 'm', price: { input: 100, output: 400 } }]);

function groupsOf(
  ...all: readonly (readonly [model: string, completed: number, counters: SnapshotSeries['counters']])[]
) {
  const totals = new SeriesTotals();
  for (const [model, completed, counters] of all) {
    totals.add({
      labels: { provider: 'own', model, scenario: 's', region: 'r', phase: 'main' },
      accounting: { ...emptyAccounting, scheduled: completed, completed },
      counters,
      errors: {},
      trends: {},
    });
  }
  return totals.groups();
}

describe('the cost in a report', () => {
  it('is in all, for each request and for 1,000 tokens', () => {
    // 1,500 x $0.0001 + 250 x $0.0004 = $0.25 for 10 requests and 1,750 tokens
    const groups = groupsOf(['m', 10, { input_tokens: 1500, output_tokens: 250 }]);
    expect(reportedCost(groups, priceOf)).toEqual({
      total_usd: 0.25,
      per_request_usd: 0.025,
      per_1k_tokens_usd: expect.closeTo(0.25 / 1.75, 12),
    });
  });

  it('is unknown where a model that answered has no price, and a note says which', () => {
    const groups = groupsOf(
      ['m', 1, { input_tokens: 1, output_tokens: 1 }],
      ['n', 1, { input_tokens: 1, output_tokens: 1 }],
    );
    expect(reportedCost(groups, priceOf)).toBeNull();
    expect(costNotes(groups, priceOf)).toEqual([
      'The cost is unknown: no price is given for own/n. `pricing` of the provider takes it.',
    ]);
  });

  it('is unknown without a word where nobody gives any price', () => {
    const groups = groupsOf(['n', 1, { input_tokens: 1, output_tokens: 1 }]);
    expect([reportedCost(groups, priceOf), costNotes(groups, priceOf)]).toEqual([null, []]);
  });

  it('is nothing where nothing was answered', () => {
    const groups = groupsOf(['m', 0, {}], ['n', 0, {}]);
    const nothing = { total_usd: 0, per_request_usd: null, per_1k_tokens_usd: null };
    expect([reportedCost(groups, priceOf), costNotes(groups, priceOf)]).toEqual([nothing, []]);
  });
});
