import type { VendorPrices } from '../vendor-prices.ts';

/** z.ai's pay-as-you-go API. Its coding plan, at another path, is paid for by the month, whatever it is used for. */
export const zaiPrices: VendorPrices = {
  vendor: 'z.ai',
  addresses: ['https://api.z.ai/api/paas/'],
  source: 'https://docs.z.ai/guides/overview/pricing',
  prices: [
    { models: ['glm-5.3'], input: 1.4, output: 4.4, cachedInput: 0.26, date: '2026-08-19' },
    { models: ['glm-5.2'], input: 1.4, output: 4.4, cachedInput: 0.26, date: '2026-08-04' },
    {
      models: ['glm-4.7', 'glm-4.6', 'glm-4.5'],
      input: 0.6,
      output: 2.2,
      cachedInput: 0.11,
      date: '2026-01-24',
    },
    { models: ['glm-4.7-flashx'], input: 0.07, output: 0.4, cachedInput: 0.01, date: '2026-01-24' },
    { models: ['glm-4.5-x'], input: 2.2, output: 8.9, cachedInput: 0.45, date: '2026-01-24' },
    { models: ['glm-4.5-air'], input: 0.2, output: 1.1, cachedInput: 0.03, date: '2026-01-24' },
    { models: ['glm-4.5-airx'], input: 1.1, output: 4.5, cachedInput: 0.22, date: '2026-01-24' },
    { models: ['glm-4.7-flash', 'glm-4.5-flash'], input: 0, output: 0, cachedInput: 0, date: '2026-01-24' },
  ],
};
