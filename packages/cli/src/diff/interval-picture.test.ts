import type { Difference } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { intervalPicture, pictureReach } from './interval-picture.ts';

function difference(interval: readonly [number, number], unit = 'ms'): Difference {
  const change = { change: 0, change_ratio: 0, interval, interval_ratio: interval };
  return { metric: 'm', unit, base: 1, new: 1, ...change, judgement: 'cannot_tell', reason: null };
}

describe('intervalPicture', () => {
  // 11 columns over -10 % .. +10 % (2 units of 5 %): one column is 2 %.
  it.each([
    [[-0.02, 0.02], '    ━┿━    '],
    [[0.04, 0.1], '     ┊ ━━━━'],
    [[-0.1, -0.08], '━━   ┊     '],
    [[0.001, 0.02], '     ┊━    '],
    [[-0.02, -0.001], '    ━┊     '],
    [[-0.5, 0.02], '◀━━━━┿━    '],
    [[0.2, 0.5], '     ┊    ▶'],
    [[-0.5, -0.2], '◀    ┊     '],
    [[0, 0], '     ┿     '],
  ] as const)('draws %j', (interval, picture) => {
    expect(intervalPicture(difference(interval), 2, 11)).toBe(picture);
  });

  it('gives a percentage point of a share the room of 5 %', () => {
    expect(intervalPicture(difference([-0.004, 0.004], 'ratio'), 2, 11)).toBe('    ━┿━    ');
    expect(pictureReach([difference([-0.01, 0.05], 'ratio')])).toBe(5);
    expect(pictureReach([difference([-0.01, 0.01])])).toBe(2);
    expect(pictureReach([difference([-0.01, 3])])).toBe(8);
    expect(intervalPicture({ ...difference([0, 0]), interval_ratio: null }, 2, 11)).toBe('');
  });
});
