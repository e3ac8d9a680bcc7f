import { expect, it } from 'vitest';
import { countWords, usdText } from './usd-text.ts';

it.each([
  [0, '$0'],
  [1, '$1.00'],
  [0.98, '$0.98'],
  [0.1, '$0.10'],
  [0.0995, '$0.10'],
  [0.0994, '$0.0994'],
  [0.0042, '$0.0042'],
  [0.00034567, '$0.000346'],
  [0.00000025, '$0.00000025'],
  [1e-9, '$0.000000001'],
  [1234.5, '$1,234.50'],
  [1_234_567.891, '$1,234,567.89'],
])('%d dollars read %s', (usd, text) => {
  expect(usdText(usd)).toBe(text);
});

it('counts have separators', () => {
  expect([7, 1000, 1_234_567].map(countWords)).toEqual(['7', '1,000', '1,234,567']);
});
