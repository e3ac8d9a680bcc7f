import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretParts } from './secret-parts.ts';

const word = fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(...'abcdef012345') });

describe('SecretParts', () => {
  it('are found wherever 8 characters of a secret stand in a row, or all of a shorter one', () => {
    const text = fc.string({ maxLength: 30, unit: fc.constantFrom(...'xyz ') });
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.nat(),
        text,
        text,
        (secrets, pick, before, after) => {
          const secret = secrets[pick % secrets.length]!;
          const length = Math.min(8, secret.length);
          const start = pick % (secret.length - length + 1);
          const whole = before + secret.slice(start, start + length) + after;
          expect(new SecretParts(secrets).in(whole)).toContainEqual([before.length, before.length + length]);
        },
      ),
    );
  });

  it('are not found in less', () => {
    const parts = new SecretParts(['abcdefghij', 'uvwxyz']);
    expect(parts.in('abcdefg hij uvwxy')).toEqual([]);
    expect(parts.in('')).toEqual([]);
  });

  it('end a text from 4 characters on', () => {
    const parts = new SecretParts(['abcdefghij', 'uvwxyz']);
    expect(['abc', 'abcd', 'x abcdefg', 'uvwxy', 'defghi'].map((text) => parts.restLength(text))).toEqual([
      0, 4, 7, 5, 0,
    ]);
  });
});
