import type { VendorPrices } from '../vendor-prices.ts';

/** Mistral's models of a fixed version: what a `-latest` name stands for changes, and its price with it. */
export const mistralPrices: VendorPrices = {
  vendor: 'mistral',
  addresses: ['https://api.mistral.ai/'],
  source: 'https://mistral.ai/pricing#api-pricing',
  prices: [
    { models: ['mistral-large-2512'], input: 0.5, output: 1.5, cachedInput: 0.05, date: '2026-06-09' },
    { models: ['mistral-small-2603'], input: 0.15, output: 0.6, cachedInput: 0.015, date: '2026-06-09' },
    { models: ['ministral-14b-2512'], input: 0.2, output: 0.2, cachedInput: 0.02, date: '2026-06-09' },
    { models: ['ministral-3b-2512'], input: 0.1, output: 0.1, cachedInput: 0.01, date: '2026-06-09' },
    { models: ['codestral-2508'], input: 0.3, output: 0.9, cachedInput: 0.03, date: '2026-06-09' },
    { models: ['devstral-2512'], input: 0.4, output: 2, cachedInput: 0.04, date: '2026-06-09' },
  ],
};
