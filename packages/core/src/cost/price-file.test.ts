import { describe, expect, it } from 'vitest';
import { readPriceFile } from './price-file.ts';

const text = `
date: 2026-11-01
prices:
  openai:
    gpt-4o-mini: { input: 0.1, output: 0.5, cached_input: 0.02 }
  "*":
    gpt-4o-mini: { input: 9, output: 9 }
    llama: { input: 0, output: 0 }
`;

describe('a price file', () => {
  it('has prices by provider and model, and one provider for all others', () => {
    const book = readPriceFile('prices.yaml', text);
    expect(book.priceOf('openai', 'gpt-4o-mini')).toEqual({
      input: 0.1,
      output: 0.5,
      cachedInput: 0.02,
      origin: { source: 'file', place: 'prices.yaml', date: '2026-11-01' },
    });
    expect(book.priceOf('own', 'gpt-4o-mini')?.input).toBe(9);
    expect(book.priceOf('openai', 'llama')?.input).toBe(0);
    expect(book.priceOf('openai', 'toString')).toBeUndefined();
    expect(book.priceOf('constructor', 'name')).toBeUndefined();
  });

  it('may be JSON, and without a day', () => {
    const book = readPriceFile('p.json', '{"prices":{"own":{"m":{"input":1,"output":2}}}}');
    expect(book.priceOf('own', 'm')?.origin).toEqual({ source: 'file', place: 'p.json' });
  });

  it('is refused with everything that is wrong in it, each at its place', () => {
    const wrong = 'date: today\nprices:\n  own:\n    m: { input: -1, outptu: 2 }\n';
    expect(() => readPriceFile('p.yaml', wrong)).toThrow(/^price file: 4 problems/);
    expect(() => readPriceFile('p.yaml', wrong)).toThrow(/p\.yaml:1:7: .*such as 2026-11-21/);
    expect(() => readPriceFile('p.yaml', wrong)).toThrow(
      /p\.yaml:4:21: unknown key `outptu`[^]*did you mean `output`/,
    );
    expect(() => readPriceFile('p.yaml', 'date: 2026-13-45\nprices: {}')).toThrow(
      /p\.yaml:1:7: .*such as 2026-11-21/,
    );
    expect(() => readPriceFile('p.yaml', 'prices: {')).toThrow(/^price file: 1 problem/);
    expect(() => readPriceFile('p.yaml', '{}')).toThrow(/`prices`/);
  });
});
