import { describe, expect, it } from 'vitest';
import { pricesOf } from '../cost/price.ts';
import { emptyAccounting } from '../metrics/accounting.ts';
import { SeriesTotals } from '../metrics/series-totals.ts';
import type { SnapshotSeries } from '../metrics/snapshot.ts';
import { costNotes, reportedCost, runCost } from './cost.ts';

const priceOf = pricesOf([{ provider: 'own', model: 'm', price: { input: 100, output: 400 } }]);

/** The same from a price file of a day. */
const priceOfFile = pricesOf([
  {
    provider: 'own',
    model: 'm',
    price: { input: 100, output: 400, cachedInput: 10, origin: { source: 'file', date: '2026-11-01' } },
  },
]);

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
      'The cost in all is unknown: no price is known for own/n. `pricing` of the provider takes it, and so does a file of `--prices`.',
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

describe('the cost of a run', () => {
  const answered = groupsOf(['m', 10, { input_tokens: 1500, output_tokens: 250 }]);

  it('says by model and region what it is made of, and what it would be in a month', () => {
    expect(runCost(answered, priceOfFile, 60)).toEqual({
      total_usd: 0.25,
      per_request_usd: 0.025,
      per_1k_tokens_usd: expect.closeTo(0.25 / 1.75, 12),
      by_model: [
        {
          provider: 'own',
          model: 'm',
          requests: 10,
          total_usd: 0.25,
          per_request_usd: 0.025,
          per_1k_tokens_usd: expect.closeTo(0.25 / 1.75, 12),
          price: { input: 100, output: 400, cached_input: 10 },
          price_source: 'file',
          price_date: '2026-11-01',
        },
      ],
      by_region: [{ region: 'r', total_usd: 0.25 }],
      // 43,200 minutes
      projected_month_usd: 10_800,
      complete: true,
    });
  });

  it('has no month where it was measured for less than a second', () => {
    expect(runCost(answered, priceOf, 0.9)?.projected_month_usd).toBeNull();
    expect(runCost(answered, priceOf, 1)?.projected_month_usd).toBe(0.25 * 30 * 24 * 60 * 60);
  });

  it('never passes its known part off as the whole', () => {
    const groups = groupsOf(
      ['m', 10, { input_tokens: 1500, output_tokens: 250 }],
      ['n', 5, { input_tokens: 1, output_tokens: 1 }],
    );
    const cost = runCost(groups, priceOf, 60);
    expect(cost).toMatchObject({
      total_usd: null,
      per_request_usd: null,
      per_1k_tokens_usd: null,
      projected_month_usd: null,
      complete: false,
      by_region: [{ region: 'r', total_usd: null }],
    });
    expect(cost?.by_model).toMatchObject([
      { model: 'm', total_usd: 0.25, price_source: 'scenario', price_date: null },
      { model: 'n', requests: 5, total_usd: null, price: null, price_source: null },
    ]);
  });

  it('is unknown as a whole where nobody has a price', () => {
    expect(runCost(answered, () => undefined, 60)).toBeNull();
  });
});
