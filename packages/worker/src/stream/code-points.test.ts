import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { countCodePoints } from './code-points.ts';

it('counts code points as iteration does, lone surrogates included', () => {
  const unit = fc.constantFrom('a', 'é', '漢', '😀', '\ud83d', '\ude00');
  const property = fc.property(fc.array(unit), (units) => {
    const text = units.join('');
    expect(countCodePoints(text)).toBe(Array.from(text).length);
  });
  fc.assert(property);
});
