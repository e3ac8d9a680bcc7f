import { describe, expect, it } from 'vitest';
import { pointLine, storedTagValue, tagValue } from './line.ts';

describe('pointLine', () => {
  it('writes integers with their i, floats without, texts in quotes, and the time in whole ms', () => {
    const fields = {
      integers: { count: 3, zero: 0 },
      floats: { mean: 1.5, small: 1e-7 },
      texts: { hdr: 'a+/=' },
    };
    expect(pointLine('m', { run: 'r', metric: 'ttft' }, fields, 1_700_000_000_000.9)).toBe(
      'm,run=r,metric=ttft count=3i,zero=0i,mean=1.5,small=1e-7,hdr="a+/=" 1700000000000',
    );
  });

  it('leaves out what is no number', () => {
    const fields = { integers: { a: NaN, b: 1 }, floats: { c: Infinity, d: -0 } };
    expect(pointLine('m', { t: 'x' }, fields, 0)).toBe('m,t=x b=1i,d=0 0');
  });

  it('escapes quotes and backslashes of a text, and keeps its line breaks', () => {
    expect(pointLine('m', { t: 'x' }, { integers: {}, texts: { text: 'a "b" \\ c\nd' } }, 5)).toBe(
      'm,t=x text="a \\"b\\" \\\\ c\nd" 5',
    );
  });
});

describe('tagValue', () => {
  it.each([
    ['plain', 'plain'],
    ['a b,c=d', 'a\\ b\\,c\\=d'],
    ["it\\'s", "it\\'s"],
    ['模型 😀', '模型\\ 😀'],
    ['a\nb\r\tc\u007f', 'a\u{240a}b\u{240d}\u{2409}c\u{2421}'],
    ['end\\\\', 'end\u{2216}\u{2216}'],
    ['', '(none)'],
    ['half \ud83d', 'half\\ \ufffd'],
  ])('of %j is %s', (value, written) => {
    expect(tagValue(value)).toBe(written);
  });

  it('stands for what InfluxDB then answers', () => {
    expect(storedTagValue('a b,c=d\n')).toBe('a b,c=d\u{240a}');
  });
});
