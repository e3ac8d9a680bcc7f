import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Salt, saltTokens } from './salt.ts';
import { plainVocabulary } from './vocabulary.ts';

const index = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('Salt', () => {
  it('differs for any two indexes and streams, and costs six words', () => {
    const stream = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(fc.string(), index, index, stream, stream, (key, a, b, s, t) => {
        const left = new Salt(plainVocabulary, key, s).at(a);
        const right = new Salt(plainVocabulary, key, t).at(b);
        expect(left.text === right.text).toBe(a === b && s === t);
        expect(left.text.split(' ')).toHaveLength(left.tokens);
        expect(left.tokens).toBe(saltTokens(plainVocabulary));
      }),
    );
  });

  it('differs from its neighbours in the first word, 255 times in 256', () => {
    const salt = new Salt(plainVocabulary, 'run', 3);
    const firsts = Array.from({ length: 20_001 }, (_, place) => salt.at(place).text.split(' ')[0]);
    const same = firsts.filter((word, place) => place > 0 && word === firsts[place - 1]).length;
    // 20,000 trials at 1/256 are 78 on average, with a standard deviation of 8.8.
    expect(same).toBeGreaterThan(78 - 5 * 8.8);
    expect(same).toBeLessThan(78 + 5 * 8.8);
  });

  it('stays unique with few words, which it then needs more of', () => {
    const few = { words: ['a', 'b', 'c'], wordTokens: [1, 2, 1], stopTokens: 1 };
    const salt = new Salt(few, 'run', 0);
    const texts = new Set(Array.from({ length: 3000 }, (_, place) => salt.at(place).text));
    expect(texts.size).toBe(3000);
    // ceil(32 / log2 3) + ceil(16 / log2 3) words, of which each may cost 2.
    expect(saltTokens(few)).toBe((21 + 11) * 2);
    const { text, tokens } = salt.at(7);
    expect(tokens).toBe(text.split(' ').reduce((sum, word) => sum + (word === 'b' ? 2 : 1), 0));
  });
});
