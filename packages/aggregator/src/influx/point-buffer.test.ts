import { describe, expect, it } from 'vitest';
import { PointBuffer } from './point-buffer.ts';
import type { Chunk } from './point-buffer.ts';

const chunk = (points: number, bytes: number = points): Chunk => ({
  bytes: Buffer.alloc(bytes, 'x'),
  points,
});
const all = { points: 1000, bytes: 1000 };
const keysOf = (buffer: PointBuffer, limits = all) =>
  buffer.next(limits)?.parts.map(({ entry }) => entry.key);

describe('PointBuffer', () => {
  it('gives what waits in order, up to the limits and at least one chunk, and keeps it until it is confirmed', () => {
    const buffer = new PointBuffer(1000);
    buffer.put('a', [chunk(3), chunk(4)]);
    buffer.put('b', [chunk(5)]);
    expect(keysOf(buffer)).toEqual(['a', 'a', 'b']);
    expect(keysOf(buffer, { points: 7, bytes: 1000 })).toEqual(['a', 'a']);
    expect(keysOf(buffer, { points: 1000, bytes: 6 })).toEqual(['a']);
    expect(keysOf(buffer, { points: 1, bytes: 1 })).toEqual(['a']);
    expect(buffer.waiting).toBe(12);
    buffer.confirm(buffer.next({ points: 7, bytes: 1000 })!);
    expect([buffer.waiting, buffer.bytes]).toEqual([5, 5]);
    buffer.confirm(buffer.next(all)!);
    expect(buffer.next(all)).toBeUndefined();
    expect([buffer.waiting, buffer.bytes]).toEqual([0, 0]);
  });

  it('puts a newer state in the place of the one that waits', () => {
    const buffer = new PointBuffer(1000);
    buffer.put('a', [chunk(3)]);
    buffer.put('b', [chunk(5)]);
    buffer.put('a', [chunk(4)]);
    expect(keysOf(buffer)).toEqual(['a', 'b']);
    expect(buffer.waiting).toBe(9);
    buffer.put('a', []);
    expect(keysOf(buffer)).toEqual(['b']);
  });

  it('keeps a newer state that came while the older one was being written', () => {
    const buffer = new PointBuffer(1000);
    buffer.put('a', [chunk(3)]);
    const underWay = buffer.next(all)!;
    buffer.put('a', [chunk(4)]);
    buffer.confirm(underWay);
    expect(buffer.waiting).toBe(4);
  });

  it('drops the oldest beyond its bound, and counts what is lost for good', () => {
    const buffer = new PointBuffer(10);
    for (const key of ['a', 'b', 'c']) buffer.put(key, [chunk(4)]);
    expect(keysOf(buffer)).toEqual(['b', 'c']);
    expect(buffer.dropped).toBe(4);
    buffer.put('a', [chunk(1)]);
    expect(buffer.dropped).toBe(0);
    buffer.put('d', [chunk(20)]);
    expect(keysOf(buffer)).toEqual(['d']);
    expect(buffer.dropped).toBe(9);
  });

  it('does not count as dropped what turns out to be written', () => {
    const buffer = new PointBuffer(10);
    buffer.put('a', [chunk(4), chunk(5)]);
    const underWay = buffer.next({ points: 4, bytes: 4 })!;
    buffer.put('b', [chunk(8)]);
    expect(buffer.dropped).toBe(9);
    buffer.confirm(underWay);
    expect(buffer.dropped).toBe(5);
  });

  it('counts refused points, until their key is written again', () => {
    const buffer = new PointBuffer(1000);
    buffer.put('a', [chunk(4)]);
    buffer.confirm(buffer.next(all)!, 3);
    buffer.put('b', [chunk(2), chunk(2)]);
    buffer.confirm(buffer.next({ points: 2, bytes: 2 })!, 2);
    buffer.confirm(buffer.next(all)!, 1);
    expect([buffer.refused, buffer.waiting]).toEqual([6, 0]);
    buffer.put('b', [chunk(4)]);
    const underWay = buffer.next(all)!;
    buffer.put('b', [chunk(4)]);
    buffer.confirm(underWay, 4);
    expect(buffer.refused).toBe(3);
  });
});
