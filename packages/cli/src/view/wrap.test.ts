import { describe, expect, it } from 'vitest';
import { pageText, plainText } from './page.ts';
import { tableLines } from './table.ts';
import { labelled, shortened, wrapped } from './wrap.ts';

describe('text layout', () => {
  it('wraps between words', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('one incomprehensible two', 7)).toEqual(['one', 'incomprehensible', 'two']);
    expect(wrapped('', 7)).toEqual(['']);
  });

  it('hangs a paragraph below its label', () => {
    expect(labelled('  - ', 'one two three', 11)).toEqual(['  - one two', '    three']);
  });

  it('shortens in the middle', () => {
    expect(shortened('abcdefghij', 10)).toBe('abcdefghij');
    expect(shortened('abcdefghijk', 10)).toBe('abcde…hijk');
    expect(shortened('abc', 1)).toBe('…');
  });

  it('draws a table', () => {
    const columns = [
      { title: 'Name', align: 'left' },
      { title: 'n', align: 'right' },
    ] as const;
    expect(tableLines(columns, [['a', '10'], ['b']])).toEqual([
      '┌──────┬────┐',
      '│ Name │  n │',
      '├──────┼────┤',
      '│ a    │ 10 │',
      '│ b    │    │',
      '└──────┴────┘',
    ]);
  });

  it('sets sections apart and leaves out the empty ones', () => {
    expect(pageText([['a ', 'b'], [], ['c']])).toBe('a\nb\n\nc\n');
  });

  it('takes control characters out of foreign text', () => {
    expect(plainText('\u001B[31mred\u001B[0m\r\nnext\u202Etxt\u0000')).toBe('[31mred [0m next txt');
    expect(plainText('Grüße, 你好 ✓')).toBe('Grüße, 你好 ✓');
  });
});
