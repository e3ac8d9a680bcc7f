import { describe, expect, it } from 'vitest';
import { RecentWindows } from './recent.ts';
import { SumWindow } from './sum-window.ts';
import { Windows } from './windows.ts';
import { series } from './__fixtures__/snapshots.ts';

describe('Windows', () => {
  it('gives a window away once its end is passed, in order of time, once', () => {
    const windows = new Windows(5000);
    windows.at(12_000)?.add(series({ completed: 3 }));
    windows.at(4999)?.add(series({ completed: 1 }));
    windows.at(0)?.add(series({ completed: 1 }));
    windows.at(5000)?.add(series({ completed: 2 }));
    expect(windows.takeClosed(4999)).toEqual([]);
    const closed = windows.takeClosed(10_000);
    expect(closed.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([
      [0, 5000],
      [5000, 5000],
    ]);
    expect(closed.map(({ totals }) => totals.figures().accounting.completed)).toEqual([2, 2]);
    expect(windows.takeClosed(Infinity).map(({ startMs }) => startMs)).toEqual([10_000]);
    expect(windows.takeClosed(Infinity)).toEqual([]);
  });

  it('counts what is before the start to the first window', () => {
    const windows = new Windows(1000);
    windows.at(-300)?.add(series({ completed: 1 }));
    expect(windows.takeClosed(1000).map(({ startMs }) => startMs)).toEqual([0]);
  });
});

describe('RecentWindows', () => {
  function recentOf(keptMs: number, count: number) {
    const recent = new RecentWindows({ wholeMs: keptMs, keptMs: 0, keptTrends: new Set() });
    for (let index = 0; index < count; index += 1) {
      recent.add(new SumWindow(index * 1000, 1000));
    }
    return (spanMs: number) => recent.last(spanMs).map(({ startMs }) => startMs / 1000);
  }

  it('looks back from the end of the newest window, and keeps no more than it has to', () => {
    const last = recentOf(3000, 10);
    expect(last(2000)).toEqual([8, 9]);
    expect(last(3000)).toEqual([7, 8, 9]);
    expect(last(100_000)).toEqual([7, 8, 9]);
  });

  it('gives whole windows: one more for a part of one, at least the newest', () => {
    const last = recentOf(3000, 10);
    expect(last(2001)).toEqual([7, 8, 9]);
    expect(last(1)).toEqual([9]);
    expect(last(0)).toEqual([9]);
  });

  it('has nothing before the first window', () => {
    expect(recentOf(3000, 0)(1000)).toEqual([]);
  });
});
