import type { VendorPrices } from '../vendor-prices.ts';

/** Cohere's production keys. */
export const coherePrices: VendorPrices = {
  vendor: 'cohere',
  addresses: ['https://api.cohere.ai/', 'https://api.cohere.com/'],
  source: 'https://cohere.com/pricing',
  prices: [
    { models: ['command-a-03-2025'], input: 2.5, output: 10, date: '2025-07-04' },
    { models: ['command-r', 'command-r-08-2024'], input: 0.15, output: 0.6, date: '2025-07-04' },
    { models: ['command-r-plus', 'command-r-plus-08-2024'], input: 2.5, output: 10, date: '2025-07-04' },
    { models: ['command-r7b-12-2024'], input: 0.0375, output: 0.15, date: '2025-07-04' },
  ],
};
