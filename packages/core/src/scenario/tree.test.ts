import { describe, expect, it } from 'vitest';
import { mapTexts, valueAt, withValueAt } from './tree.ts';

describe('withValueAt', () => {
  it('sets a value without touching the original', () => {
    const root = { a: [{ b: 1, c: 2 }] };
    expect(withValueAt(root, ['a', 0, 'b'], 9)).toEqual({ a: [{ b: 9, c: 2 }] });
    expect(root).toEqual({ a: [{ b: 1, c: 2 }] });
  });

  it('makes the maps and lists on the way, and removes with undefined', () => {
    expect(withValueAt({}, ['w', 's', 0, 'rate'], 5)).toEqual({ w: { s: [{ rate: 5 }] } });
    expect(withValueAt({ a: 1, b: 2 }, ['a'], undefined)).toEqual({ b: 2 });
  });
});

describe('valueAt', () => {
  it('gives undefined where nothing is, own keys only', () => {
    expect(valueAt({ a: [1] }, ['a', 0])).toBe(1);
    expect(valueAt({ a: [1] }, ['a', 'length'])).toBeUndefined();
    expect(valueAt({}, ['toString'])).toBeUndefined();
    expect(valueAt(null, ['a'])).toBeUndefined();
  });
});

describe('mapTexts', () => {
  it('replaces texts with their paths at hand', () => {
    const mapped = mapTexts({ a: ['x', 1], b: { c: 'y' } }, (text, path) => `${text}@${path.join('.')}`);
    expect(mapped).toEqual({ a: ['x@a.0', 1], b: { c: 'y@b.c' } });
  });
});
