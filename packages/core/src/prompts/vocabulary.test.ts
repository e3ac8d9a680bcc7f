import { describe, expect, it } from 'vitest';
import { Random } from '../load/random.ts';
import { Passages } from './passages.ts';
import { measuredVocabulary, plainVocabulary, vocabularyProbes } from './vocabulary.ts';

/** The vocabulary by a tokenizer that counts so. */
function measuredBy(count: (text: string) => number) {
  return measuredVocabulary(vocabularyProbes().map(count));
}

const byWord = (text: string) => (text.match(/\w+|\./g) ?? []).length;
const byCharacter = (text: string) => text.length;

describe('measuredVocabulary', () => {
  it('is the plain one where every word is a token', () => {
    expect(measuredBy(byWord)).toEqual(plainVocabulary);
  });

  it('leaves out words that are split, as long as enough are left', () => {
    const split = (text: string) => byWord(text) + (text.match(/\b\w{4,}/g) ?? []).length;
    const { words, wordTokens } = measuredBy(split);
    expect(words.length).toBeGreaterThan(100);
    expect(words.every((word) => word.length < 4)).toBe(true);
    expect(new Set(wordTokens)).toEqual(new Set([1]));
  });

  it('knows what each word costs where all of them are split', () => {
    const { words, wordTokens, stopTokens } = measuredBy(byCharacter);
    expect(words).toEqual(plainVocabulary.words);
    expect(wordTokens).toEqual(words.map((word) => word.length + 1));
    expect(stopTokens).toBe(1);
  });
});

describe('Passages', () => {
  it('give exactly what is asked for where words are tokens', () => {
    const passages = new Passages(plainVocabulary, 'seed');
    const random = new Random('r');
    for (let tokens = -1; tokens < 200; tokens += 1) {
      const text = passages.text(tokens, random);
      expect(byWord(text)).toBe(Math.max(0, tokens));
      expect(text === '' || text.startsWith(' ')).toBe(true);
    }
  });

  it('stay below by less than the shortest word where words cost more', () => {
    const passages = new Passages(measuredBy(byCharacter), 'seed');
    const random = new Random('r');
    for (let tokens = 0; tokens < 400; tokens += 1) {
      const missing = tokens - passages.text(tokens, random).length;
      expect(missing).toBeGreaterThanOrEqual(0);
      expect(missing).toBeLessThan(3);
    }
  });
});
