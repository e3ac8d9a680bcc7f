import type { MetricSummary, Report } from '@tokenstorm/core';
import { expect } from 'vitest';
import { quantileOf } from './truth.ts';

/**
 * How far above the truth log a latency of the client's may lie, as a difference of quantiles. Between the two lie the
 * connection, loopback, the kernel's wake-ups and both event loops: a few tenths of a ms on a free machine. The rest is
 * for two cores that run other tests at the same time; as much again as such a machine made the simulator late
 * (`noiseMs`), it may make the client late. What a wrong definition shifts is more: a role event taken for a token, or a
 * pause taken for decoding, 20 ms and more in every test that uses this.
 */
const latencyToleranceMs = { p50: 3, p90: 6 };

/** The same for gaps, which lie on either side of the truth: what delays one event shortens the gap after it. */
const gapToleranceMs = { p50: 1, p90: 2.5 };

/** Values are counted in steps of 1 us, rounded. */
const granularityMs = 0.001;

/** What the simulator wrote in ms, and how late it was itself. */
export interface TrueValues {
  readonly values: readonly number[];
  readonly noiseMs: number;
}

/** What held up both ends, in ms: how late the server was, or what the report says that the busiest worker may have been. */
export function noiseIn({ generator }: Report, serverMs: number): number {
  return Math.max(serverMs, generator.event_loop_delay_p99_ms ?? 0);
}

/**
 * The client's latencies lie above those of the truth log, which it can see only after the server, by no more than the
 * tolerance: for each request, and so for each quantile.
 */
export function expectLatency(measured: MetricSummary | undefined, { values, noiseMs }: TrueValues): void {
  expect(measured?.count).toBe(values.length);
  const above = differencesMs(measured, values);
  expect(above.p50).toBeGreaterThanOrEqual(-granularityMs);
  expect(above.p90).toBeGreaterThanOrEqual(-granularityMs);
  expect(above.p50).toBeLessThanOrEqual(latencyToleranceMs.p50 + noiseMs + bucketMs(measured?.p50));
  expect(above.p90).toBeLessThanOrEqual(latencyToleranceMs.p90 + 2 * noiseMs + bucketMs(measured?.p90));
}

/** The client's gaps lie around those of the truth log. */
export function expectGaps(measured: MetricSummary | undefined, { values, noiseMs }: TrueValues): void {
  expect(measured?.count).toBe(values.length);
  const apart = differencesMs(measured, values);
  expect(Math.abs(apart.p50)).toBeLessThanOrEqual(gapToleranceMs.p50 + noiseMs + bucketMs(measured?.p50));
  expect(Math.abs(apart.p90)).toBeLessThanOrEqual(gapToleranceMs.p90 + 2 * noiseMs + bucketMs(measured?.p90));
}

/** A histogram gives the upper end of the bucket, at most 1/1024 above the value. */
function bucketMs(value: number | undefined): number {
  return (value ?? NaN) / 1024;
}

function differencesMs(measured: MetricSummary | undefined, truth: readonly number[]) {
  return {
    p50: (measured?.p50 ?? NaN) - quantileOf(truth, 0.5),
    p90: (measured?.p90 ?? NaN) - quantileOf(truth, 0.9),
  };
}
