import { describe, expect, it } from 'vitest';
import { callAt, failedCallAt, sampleOf } from './call-sample.fixture.ts';
import { seriesOf } from './call-sample.ts';
import { HourlyStatistics } from './hourly-statistics.ts';
import type { MonitoredCall } from './monitored-call.ts';
import { figureTrends } from './window-figures.ts';

const noonMs = Date.UTC(2026, 10, 21, 12);
const minuteMs = 60_000;

function hourly(price?: { input: number; output: number }) {
  const statistics = new HourlyStatistics(() => price);
  const add = (call: MonitoredCall) =>
    statistics.add(seriesOf(sampleOf(call), figureTrends), Date.parse(call.at));
  return { statistics, add };
}

describe('HourlyStatistics', () => {
  it('gives the lines of an hour when the next one begins', () => {
    const { statistics, add } = hourly({ input: 1, output: 2 });
    const values = [100, 200, 300, 400];
    for (const [index, ttft] of values.entries())
      expect(add(callAt(noonMs + index * 10 * minuteMs, { metrics: { ttft, e2e: 1000 } }))).toEqual([]);
    expect(add(failedCallAt(noonMs + 59 * minuteMs))).toEqual([]);
    expect(statistics.missed(2, noonMs + 59 * minuteMs)).toEqual([]);
    const [line, ...others] = add(callAt(noonMs + 60 * minuteMs));
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      hour: '2026-11-21T12:00:00.000Z',
      target: null,
      complete: true,
      calls: 5,
      failed: 1,
      missed: 2,
      success_rate: 0.8,
      errors: { connect_timeout: 1 },
      input_tokens: 40,
      output_tokens: 80,
      // 40 x $1 + 80 x $2 for a million
      cost_usd: 0.0002,
      output_tokens_per_second: null,
    });
    // Rank ceil(0.5 x 4) = 2 and ceil(0.95 x 4) = 4, to 0.1 %.
    expect(line?.ttft_ms?.p50).toBeCloseTo(200, 0);
    expect(line?.ttft_ms?.p95).toBeCloseTo(400, 0);
    expect(line?.ttft_ms?.mean).toBe(250);
    expect(statistics.current()).toMatchObject([
      { calls: 1, complete: false, hour: '2026-11-21T13:00:00.000Z' },
    ]);
  });

  it('has a line for each target where there are several, and an unknown cost where one has no price', () => {
    const { statistics, add } = hourly();
    add(callAt(noonMs));
    add(callAt(noonMs, { provider: 'b', model: 'x', target: 'b/x' }));
    add(failedCallAt(noonMs, { provider: 'b', model: 'x', target: 'b/x' }));
    expect(statistics.current()).toMatchObject([
      { target: null, calls: 3, failed: 1, cost_usd: null },
      { target: 'own/m', calls: 1, failed: 0 },
      { target: 'b/x', calls: 2, failed: 1 },
    ]);
  });

  it('says nothing of hours in which nothing happened, and does not take calls of one that is over', () => {
    const { statistics, add } = hourly();
    expect(statistics.current()).toEqual([]);
    expect(statistics.moveTo(noonMs)).toEqual([]);
    expect(statistics.moveTo(noonMs + 180 * minuteMs)).toEqual([]);
    add(callAt(noonMs));
    expect(statistics.current()).toEqual([]);
  });
});
