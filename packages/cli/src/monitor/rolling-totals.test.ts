import type { TrendName } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { callAt, failedCallAt, sampleOf } from './call-sample.fixture.ts';
import { seriesOf } from './call-sample.ts';
import { RollingTotals } from './rolling-totals.ts';

const trends: ReadonlySet<TrendName> = new Set(['ttft']);
const startMs = Date.UTC(2026, 10, 21, 12);
/** A minute: slots of one second. */
const minuteMs = 60_000;

function rolling(callsMs: readonly number[]): RollingTotals {
  const totals = new RollingTotals(minuteMs);
  for (const ms of callsMs) {
    const call = callAt(startMs + ms, { metrics: { ttft: ms / 1000 } });
    totals.add(seriesOf(sampleOf(call), trends), startMs + ms);
  }
  return totals;
}

describe('RollingTotals', () => {
  it('sums up what is not older than its window', () => {
    const totals = rolling([0, 500, 10_000, 59_000]);
    expect(totals.figures().accounting).toMatchObject({ completed: 4, scheduled: 4 });
    expect(totals.trend('ttft')?.max).toBe(59);
    totals.moveTo(startMs + 60_999);
    expect(totals.figures().accounting.completed).toBe(2);
    expect(totals.trend('ttft')?.min).toBe(10);
    totals.moveTo(startMs + 2 * minuteMs);
    expect(totals.figures().accounting.completed).toBe(0);
    expect(totals.trend('ttft')).toBeUndefined();
  });

  it('takes late calls, and leaves those out that are too old', () => {
    const totals = rolling([59_000]);
    const add = (ms: number) =>
      totals.add(seriesOf(sampleOf(callAt(startMs + ms)), trends), startMs + ms, startMs + 70_000);
    add(30_000);
    add(5_000);
    expect(totals.figures().accounting.completed).toBe(2);
    expect(totals.figures().counters).toMatchObject({ input_tokens: 20, output_tokens: 40 });
  });

  it('keeps labels and errors apart', () => {
    const totals = rolling([0]);
    const failed = failedCallAt(startMs, { provider: 'other', model: 'x' });
    totals.add(seriesOf(sampleOf(failed), trends), startMs);
    expect(totals.figures({ provider: 'other' })).toMatchObject({
      accounting: { failed: 1, completed: 0 },
      errors: { 'connect-timeout': 1 },
    });
    expect(totals.figures({ provider: 'own' }).accounting).toMatchObject({ failed: 0, completed: 1 });
  });

  it('is bounded, however much happens', () => {
    const totals = new RollingTotals(minuteMs);
    const series = seriesOf(sampleOf(callAt(startMs)), trends);
    for (let ms = 0; ms < 10 * minuteMs; ms += 50) totals.add(series, startMs + ms);
    expect(totals.groups().length).toBe(60);
    expect(totals.figures().accounting.completed).toBe(60 * 20);
  });
});
