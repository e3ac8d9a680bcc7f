import { describe, expect, it } from 'vitest';
import { styleOf, textWidth, wantsColours } from './style.ts';

describe('wantsColours', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { TERM: 'xterm' }, true],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '0' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
    [{}, { FORCE_COLOR: '1' }, false],
  ])('%j with %j: %s', (stream, environment, expected) => {
    expect(wantsColours(stream, environment)).toBe(expected);
  });
});

describe('textWidth', () => {
  it.each([
    [{ isTTY: true, columns: 60 }, 80],
    [{ isTTY: true, columns: 97 }, 97],
    [{ isTTY: true, columns: 300 }, 120],
    [{ isTTY: true }, 80],
    [{ columns: 100 }, 80],
  ])('%j: %d', (stream, expected) => expect(textWidth(stream)).toBe(expected));
});

describe('styleOf', () => {
  it('leaves texts alone without colours', () => {
    const style = styleOf(false);
    expect([style.title('a'), style.faint('b'), style.good('c'), style.warning('d'), style.bad('e')]).toEqual(
      ['a', 'b', 'c', 'd', 'e'],
    );
  });

  it('colours although the test writes to no terminal', () => {
    expect(styleOf(true).bad('x')).toBe('\u001B[31mx\u001B[39m');
  });
});
