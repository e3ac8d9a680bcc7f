import { describe, expect, it } from 'vitest';
import { unescaped } from './unescaped.ts';

describe('unescaped', () => {
  it.each([
    ['a%2Fb', 'a/b', [0, 1, 4, 5]],
    ['\\u002B\\x3d', '+=', [0, 6, 10]],
    ['&#x2F;&#47;&AMP;', '//&', [0, 6, 11, 16]],
    ['"\\/\\\\', '"/\\', [0, 1, 3, 5]],
  ])('of %j is %j, with its places', (source, text, offsets) => {
    expect(unescaped(source)).toEqual({ text, offsets });
  });

  it.each(['', 'plain', '100 % of', '&nbsp;', 'a\\n', '%C3%A4'])('of %j is nothing', (source) => {
    expect(unescaped(source)).toBeUndefined();
  });
});
