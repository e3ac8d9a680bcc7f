import { SeriesTotals } from '@tokenstorm/core';
import type { SnapshotSeries, ThresholdSource } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { RecentWindows } from './recent.ts';
import { SumWindow } from './sum-window.ts';
import { ThresholdWatch } from './threshold-watch.ts';
import { series, threshold } from './__fixtures__/snapshots.ts';

/** A run of which each second brings these series, measured from `fromSecond` up to `toSecond`. */
function watched(sources: readonly ThresholdSource[], fromSecond = 0, toSecond = 60) {
  const watch = new ThresholdWatch(
    { thresholds: sources, targets: [] },
    { startMs: fromSecond * 1000, endMs: toSecond * 1000 },
  );
  const recent = new RecentWindows({
    wholeMs: 0,
    keptMs: watch.longestWindowMs,
    keptTrends: watch.windowedTrends,
  });
  const totals = new SeriesTotals();
  let second = 0;
  const view = () => ({ totals, recent, knownUpToMs: second * 1000 });
  /** True where the end of the run is asked for. */
  const passSecond = (...happened: readonly SnapshotSeries[]) => {
    const window = new SeriesTotals();
    for (const one of happened) window.add(one);
    totals.addTotals(window);
    recent.add(new SumWindow(second * 1000, 1000, window));
    second += 1;
    return watch.check(view(), true);
  };
  return {
    passSecond,
    results: () => watch.results(view()),
    result: (index: number) => watch.result(index, view()),
  };
}

const ttft = (...values: number[]) => series({ completed: values.length }, { values: { ttft: values } });
const requests = (count: number) => series({ completed: count }, { counters: { requests: count } });
const warmup = (count: number) =>
  series({ completed: count }, { counters: { requests: count }, labels: { phase: 'warmup' } });

describe('a threshold over the whole run', () => {
  it('is judged at the end', () => {
    const { passSecond, results } = watched([threshold('ttft', 'max < 100')]);
    expect([passSecond(ttft(200)), passSecond(ttft(50))]).toEqual([false, false]);
    expect(results()).toMatchObject([{ passed: false, measured: 200, aborted: false }]);
  });

  it('may abort the run from its delay on, and is not judged without data', () => {
    const { passSecond } = watched([threshold('ttft', 'mean < 100', { abortOnFail: true, delay: 2 })]);
    expect([passSecond(ttft(500)), passSecond(), passSecond(ttft(500))]).toEqual([false, true, true]);
    const silent = watched([threshold('ttft', 'mean < 100', { abortOnFail: true })]);
    expect([silent.passSecond(), silent.passSecond()]).toEqual([false, false]);
    expect(silent.results()).toMatchObject([{ passed: false, measured: null, aborted: false }]);
  });

  it('of a rate per second counts the measured time: neither warm-up nor drain', () => {
    const { passSecond, results } = watched([threshold('requests', 'rate > 9')], 2, 4);
    passSecond(warmup(100));
    passSecond(warmup(100));
    passSecond(requests(10));
    passSecond(requests(8));
    passSecond(requests(2));
    expect(results()).toMatchObject([{ passed: true, measured: 10 }]);
  });
});

describe('a threshold on the way', () => {
  it('is what it would be at the end, and stays what it has become', () => {
    const sources = [threshold('ttft', 'max < 100'), threshold('ttft', 'max < 100', { window: 1 })];
    const { passSecond, result } = watched(sources);
    passSecond(ttft(50));
    expect([result(0), result(1)]).toMatchObject([
      { passed: true, measured: 50 },
      { passed: true, measured: 50 },
    ]);
    passSecond(ttft(150));
    passSecond(ttft(60));
    expect([result(0), result(1)]).toMatchObject([
      { passed: false, measured: 150 },
      { passed: false, measured: 150 },
    ]);
    expect(() => result(2)).toThrow(RangeError);
  });
});

describe('a threshold over a window', () => {
  it('has failed once it was broken, with the value that broke it', () => {
    const { passSecond, results } = watched([threshold('ttft', 'max < 100', { window: 2 })]);
    for (const value of [10, 150, 20, 30, 170, 40, 50]) passSecond(ttft(value));
    expect(results()).toMatchObject([{ passed: false, measured: 150, aborted: false }]);
  });

  it('is judged from the first full window on', () => {
    const { passSecond, results } = watched([threshold('ttft', 'mean < 100', { window: 3 })]);
    for (const value of [250, 10, 10, 10]) passSecond(ttft(value));
    // 250, 10, 10 make 90.
    expect(results()).toMatchObject([{ passed: true, measured: 10 }]);
  });

  it('which lies in the measured part', () => {
    const { passSecond, results } = watched([threshold('requests', 'rate > 9', { window: 2 })], 2, 5);
    for (const happened of [warmup(10), warmup(10), requests(10), requests(10), requests(10), requests(1)]) {
      passSecond(happened);
    }
    expect(results()).toMatchObject([{ passed: true, measured: 10 }]);
  });

  it('may abort the run only once it is full and its delay has passed', () => {
    const source = threshold('ttft', 'max < 100', { window: 2, abortOnFail: true, delay: 4 });
    const { passSecond, results } = watched([source]);
    const asked = [500, 500, 10, 10, 500].map((value) => passSecond(ttft(value)));
    expect(asked).toEqual([false, false, false, false, true]);
    expect(results()).toMatchObject([{ passed: false, measured: 500, aborted: true }]);
  });

  it('that is no whole number of intervals is rounded up, its rate is by the time that was looked at', () => {
    const { passSecond, results } = watched([
      threshold('requests', 'rate > 9', { window: 1.5 }),
      threshold('requests', 'count > 9', { window: 0.2 }),
    ]);
    for (const count of [10, 10, 10]) passSecond(requests(count));
    expect(results()).toMatchObject([
      { passed: true, measured: 10 },
      { passed: true, measured: 10 },
    ]);
  });

  it('that is longer than the run is judged over all of it', () => {
    const { passSecond, results } = watched([threshold('ttft', 'max < 100', { window: 30 })]);
    passSecond(ttft(50));
    passSecond(ttft(150));
    expect(results()).toMatchObject([{ passed: false, measured: 150 }]);
  });

  it('skips windows without data, and fails where none ever had any', () => {
    const source = threshold('ttft', 'max < 100', { window: 1 });
    const pause = watched([source]);
    for (const happened of [[ttft(50)], [], [ttft(60)], []]) pause.passSecond(...happened);
    expect(pause.results()).toMatchObject([{ passed: true, measured: 60 }]);
    const silent = watched([source]);
    silent.passSecond();
    expect(silent.results()).toMatchObject([{ passed: false, measured: null }]);
  });

  it('adds up the groups and windows that its tags select', () => {
    const { passSecond, results } = watched([threshold('ttft{model:slow}', 'mean < 100', { window: 2 })]);
    const slow = (value: number) =>
      series({ completed: 1 }, { values: { ttft: [value] }, labels: { model: 'slow' } });
    passSecond(ttft(1000), slow(60));
    passSecond(ttft(1000), slow(80));
    expect(results()).toMatchObject([{ passed: true, measured: 70 }]);
  });
});
