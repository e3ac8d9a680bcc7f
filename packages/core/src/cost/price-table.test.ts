import { describe, expect, it } from 'vitest';
import { priceTable, tablePrice, vendorAt } from './price-table.ts';

describe('the built-in prices', () => {
  const rows = priceTable.flatMap(({ prices }) => prices);

  it.each(priceTable.map((vendor) => [vendor.vendor, vendor] as const))(
    'of %s say whose server they hold for, and which page says so',
    (_, { addresses, source, prices }) => {
      expect(prices.length).toBeGreaterThan(0);
      for (const url of [...addresses, source]) expect(url).toMatch(/^https:\/\//);
      for (const address of addresses) expect(address.endsWith('/')).toBe(true);
    },
  );

  it('have the day on which each was read', () => {
    for (const { date } of rows) expect(date).toMatch(/^202[56]-\d{2}-\d{2}$/);
  });

  it('are possible: no cache read above its input, no cache write and no output below it', () => {
    const impossible = rows.filter(
      ({ input, output, cachedInput = input, cacheWrite = input }) =>
        input < 0 || cachedInput > input || cacheWrite < input || output < input,
    );
    expect(impossible).toEqual([]);
  });

  it('name each model once', () => {
    for (const { prices } of priceTable) {
      const names = prices.flatMap(({ models }) => models);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe("a vendor's own server", () => {
  it.each([
    ['https://api.openai.com/v1', 'openai'],
    ['https://API.OpenAI.com', 'openai'],
    ['https://api.anthropic.com', 'anthropic'],
    ['https://generativelanguage.googleapis.com/v1beta/openai', 'google'],
    ['https://api.cohere.ai/compatibility/v1', 'cohere'],
    ['https://api.mistral.ai/v1', 'mistral'],
    ['https://api.z.ai/api/paas/v4', 'z.ai'],
  ])('%s is that of %s', (url, vendor) => {
    expect(vendorAt([url])?.vendor).toBe(vendor);
  });

  it.each([
    'http://127.0.0.1:8000/v1',
    'https://api.openai.com.example.org/v1',
    'https://api.openai.com:8443/v1',
    'https://me.openai.azure.com/openai/v1',
    // A subscription, and regions with prices of their own.
    'https://api.z.ai/api/coding/paas/v4',
    'https://eu.api.openai.com/v1',
    'no url',
  ])('is not %s', (url) => {
    expect(vendorAt([url])).toBeUndefined();
  });

  it('is one for all regions, or none', () => {
    const [openai, anthropic] = ['https://api.openai.com/v1', 'https://api.anthropic.com'];
    expect(vendorAt([openai, openai])?.vendor).toBe('openai');
    expect(vendorAt([openai, anthropic])).toBeUndefined();
    expect(vendorAt([])).toBeUndefined();
  });
});

describe('the price of a model in the table', () => {
  const [openai, anthropic] = ['https://api.openai.com/v1', 'https://api.anthropic.com'].map((url) =>
    vendorAt([url])!,
  );

  it('has its page and its day with it', () => {
    expect(tablePrice(openai!, 'gpt-4o-mini')).toEqual({
      input: 0.15,
      output: 0.6,
      cachedInput: 0.075,
      origin: { source: 'table', date: '2025-07-04', place: 'https://platform.openai.com/docs/pricing' },
    });
  });

  it('is that of a snapshot where the vendor asks the same for it', () => {
    expect(tablePrice(openai!, 'gpt-4o-mini-2024-07-18')?.input).toBe(0.15);
    expect(tablePrice(anthropic!, 'claude-3-opus-20240229')).toMatchObject({ input: 15, output: 75 });
    expect(tablePrice(anthropic!, 'claude-sonnet-4-5-20250929')?.origin?.upToInputTokens).toBe(200_000);
  });

  it.each([
    'gpt-4o-2024-05-13',
    'gpt-4o-mini-2030-01-01',
    'gpt-4o-mini-audio-preview',
    'GPT-4o',
    'gpt-9',
    '',
  ])('is unknown for %j', (model) => {
    expect(tablePrice(openai!, model)).toBeUndefined();
  });
});
