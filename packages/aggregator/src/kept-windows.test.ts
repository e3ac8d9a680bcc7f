import { describe, expect, it } from 'vitest';
import { series } from './__fixtures__/snapshots.ts';
import { KeptWindows } from './kept-windows.ts';

const completed = (count: number) => series({ scheduled: count, completed: count });

/** Starts and completed requests of all windows that are to be written now. */
function changed(windows: KeptWindows) {
  const given: [number, number][] = [];
  for (let next = windows.takeChanged(); next !== undefined; next = windows.takeChanged())
    given.push([next.startMs, next.totals.figures().accounting.completed]);
  return given;
}
const rows = (windows: KeptWindows) =>
  windows.rows().map(({ start_ms, accounting }) => [start_ms, accounting.completed]);

describe('KeptWindows', () => {
  it('gives a window once it is over, and again only when it has changed', () => {
    const windows = new KeptWindows(5000, 60_000);
    windows.add(1000, completed(1));
    windows.add(6000, completed(2));
    windows.moveTo(4999);
    expect(changed(windows)).toEqual([]);
    windows.moveTo(5000);
    expect(changed(windows)).toEqual([[0, 1]]);
    expect(changed(windows)).toEqual([]);
    windows.add(4000, completed(3));
    windows.moveTo(10_000);
    expect(changed(windows)).toEqual([
      [0, 4],
      [5000, 2],
    ]);
  });

  it('counts what is later than 60 s to the oldest window that is kept', () => {
    const windows = new KeptWindows(5000, 60_000);
    for (let second = 0; second <= 70; second += 5) windows.add(second * 1000, completed(1));
    windows.moveTo(70_000);
    changed(windows);
    windows.add(100, completed(10));
    expect(changed(windows)).toEqual([[10_000, 11]]);
    expect(rows(windows).slice(0, 3)).toEqual([
      [0, 1],
      [5000, 1],
      [10_000, 11],
    ]);
  });

  it('keeps a window that could not be given away until it is, however old', () => {
    const windows = new KeptWindows(5000, 10_000);
    windows.add(0, completed(1));
    windows.moveTo(100_000);
    windows.add(2000, completed(5));
    expect(changed(windows)).toEqual([
      [0, 1],
      [5000, 5],
    ]);
  });

  it('restored gives all that it keeps again, and has the same rows', () => {
    const windows = new KeptWindows(5000, 10_000);
    for (let second = 0; second < 40; second += 5) windows.add(second * 1000, completed(second));
    windows.moveTo(30_000);
    changed(windows);
    const restored = new KeptWindows(5000, 10_000);
    restored.restore(structuredClone(windows.state()));
    restored.moveTo(30_000);
    expect(changed(restored)).toEqual([
      [20_000, 20],
      [25_000, 25],
    ]);
    expect(restored.rows()).toEqual(windows.rows());
    expect(windows.rows()).toHaveLength(8);
  });
});
