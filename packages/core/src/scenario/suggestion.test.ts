import { describe, expect, it } from 'vitest';
import { didYouMean, suggestion } from './suggestion.ts';

const keys = ['requests', 'concurrency', 'max_in_flight', 'start_rate', 'models', 'rate'];

describe('suggestion', () => {
  it.each([
    ['modles', 'models'],
    ['request', 'requests'],
    ['startRate', 'start_rate'],
    ['Rate', 'rate'],
    ['max-in-flight', 'max_in_flight'],
    ['iterations', 'requests'],
    ['preAllocatedVUs', 'max_in_flight'],
    ['maxVUs', 'max_in_flight'],
  ])('takes %s for %s', (word, meant) => {
    expect(suggestion(word, keys)).toBe(meant);
  });

  it('takes nothing for a word that is far from all', () => {
    expect(suggestion('colour', keys)).toBeUndefined();
    expect(suggestion('rte', ['abc'])).toBeUndefined();
  });
});

describe('didYouMean', () => {
  it('lists what is known where nothing is near', () => {
    expect(didYouMean('colour', ['json', 'csv'])).toBe('known here: json, csv');
    expect(didYouMean('jsn', ['json', 'csv'])).toBe('did you mean `json`?');
    expect(didYouMean('x', [])).toBeUndefined();
  });
});
