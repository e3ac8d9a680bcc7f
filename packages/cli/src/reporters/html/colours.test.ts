import { describe, expect, it } from 'vitest';
import { readAssets } from './assets.ts';

const { css } = readAssets();
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, [light, dark] as const],
  ),
);

/** Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const looks = [1, 2, 3, 4, 5, 6].map((look) => `look-${look}`);

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the %s theme', (_, theme) => {
  const colour = (name: string) => colours.get(name)?.[theme] ?? 'none';

  it.each([
    ['text', ['page', 'panel'], 4.5],
    ['muted', ['page', 'panel'], 4.5],
    ['accent', ['page', 'panel'], 4.5],
    ['good', ['good-back', 'panel'], 4.5],
    ['warning', ['warning-back', 'panel'], 4.5],
    ['bad', ['bad-back', 'panel'], 4.5],
    ['page', ['accent'], 4.5],
    ...looks.map((look) => [look, ['panel'], 3] as const),
  ] as const)('shows %s on %s with enough contrast', (name, backs, least) => {
    for (const back of backs) expect(contrast(colour(name), colour(back))).toBeGreaterThanOrEqual(least);
  });
});
