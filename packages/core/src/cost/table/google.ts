import type { VendorPrices } from '../vendor-prices.ts';

/** The Gemini API's paid standard tier, for text. Thinking is billed as output. */
export const googlePrices: VendorPrices = {
  vendor: 'google',
  addresses: ['https://generativelanguage.googleapis.com/'],
  source: 'https://ai.google.dev/gemini-api/docs/pricing',
  prices: [
    { models: ['gemini-3.5-flash'], input: 1.5, output: 9, cachedInput: 0.15, date: '2026-05-19' },
    { models: ['gemini-3.5-flash-lite'], input: 0.3, output: 2.5, cachedInput: 0.03, date: '2026-07-22' },
    {
      models: ['gemini-3.1-pro-preview'],
      input: 2,
      output: 12,
      cachedInput: 0.2,
      upToInputTokens: 200_000,
      date: '2026-02-23',
    },
    {
      models: ['gemini-3.1-flash-lite', 'gemini-3.1-flash-lite-preview'],
      input: 0.25,
      output: 1.5,
      cachedInput: 0.025,
      date: '2026-05-12',
    },
    {
      models: ['gemini-3-pro-preview'],
      input: 2,
      output: 12,
      cachedInput: 0.2,
      upToInputTokens: 200_000,
      date: '2025-11-18',
    },
    { models: ['gemini-3-flash-preview'], input: 0.5, output: 3, cachedInput: 0.05, date: '2025-12-19' },
    {
      models: ['gemini-2.5-pro'],
      input: 1.25,
      output: 10,
      cachedInput: 0.125,
      upToInputTokens: 200_000,
      date: '2025-10-31',
    },
    { models: ['gemini-2.5-flash'], input: 0.3, output: 2.5, cachedInput: 0.03, date: '2025-10-31' },
    { models: ['gemini-2.5-flash-lite'], input: 0.1, output: 0.4, cachedInput: 0.01, date: '2025-10-31' },
    {
      models: ['gemini-2.0-flash', 'gemini-2.0-flash-001'],
      input: 0.1,
      output: 0.4,
      cachedInput: 0.025,
      date: '2025-07-04',
    },
    {
      models: ['gemini-2.0-flash-lite', 'gemini-2.0-flash-lite-001'],
      input: 0.075,
      output: 0.3,
      date: '2025-07-04',
    },
  ],
};
