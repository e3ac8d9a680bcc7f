import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText } from './decimal-text.ts';

describe('decimalText', () => {
  it.each([
    [0, 3, '0'],
    [12.5, 3, '12.5'],
    [0.0004, 3, '0'],
    [0.0005, 3, '0.001'],
    [1.9996, 3, '2'],
    [110.007, 3, '110.007'],
    [0.110_007, 6, '0.110007'],
    [3.000_1, 6, '3.0001'],
    [0.000_001, 6, '0.000001'],
    [-0.25, 3, '-0.25'],
    [1_795_264_061_404.404, 3, '1795264061404.404'],
  ] as const)('writes %d to %i digits as %s', (value, digits, text) => {
    expect(decimalText(value, digits)).toBe(text);
  });

  it('is the text of the rounded number', () => {
    const value = fc.oneof(
      fc.double({ min: -1e7, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.integer({ min: 0, max: 2_000_000 }).map((steps) => steps / 1000),
    );
    fc.assert(
      fc.property(value, fc.constantFrom(3 as const, 6 as const), (number, digits) => {
        const rounded = Math.round(number * 10 ** digits) / 10 ** digits;
        // A number below 0 that rounds to 0 reads 0.
        expect(decimalText(number, digits)).toBe(String(rounded));
        expect(decimalText(number, digits)).not.toMatch(/e/);
      }),
      { numRuns: 3000 },
    );
  });
});
