import { describe, expect, it } from 'vitest';
import type { RequestErrorKind } from '../record.ts';
import { attempt, failedRecord, requestRecord } from './__fixtures__/request-record.ts';
import { SeriesRecorder } from './series-recorder.ts';
import { Trend } from './trend.ts';
import type { EncodedTrend, SeriesLabels } from './snapshot.ts';

const labels: SeriesLabels = { provider: 'local', model: 'm', scenario: 'chat', region: 'eu', phase: 'main' };

function recorder(): SeriesRecorder {
  return new SeriesRecorder(labels, { ttftMs: 250 }, { startMs: 0, endMs: 1000 });
}

function decoded(encoded: EncodedTrend | undefined): Trend {
  const trend = new Trend();
  if (encoded !== undefined) trend.merge(encoded);
  return trend;
}

describe('SeriesRecorder', () => {
  it('has nothing to give before anything happened, and after it was taken', () => {
    const series = recorder();
    series.scheduled(0);
    expect(series.take()).toBeUndefined();
    series.record(requestRecord());
    expect(series.take()).toBeDefined();
    expect(series.take()).toBeUndefined();
  });

  it('gives deltas of everything', () => {
    const series = recorder();
    series.scheduled(10);
    series.dropped(2);
    series.lost(3);
    series.record(requestRecord());
    series.record(requestRecord({ firstTokenMs: 405, chunkGapsMs: [60, 40], contentEvents: 3 }));
    series.record(failedRecord());
    series.record(failedRecord({ failure: { kind: 'rate-limited', message: '429' } }));
    series.record(failedRecord());
    series.record(requestRecord({ outcome: 'cancelled' }));
    const taken = series.take();
    expect(taken?.labels).toEqual(labels);
    expect(taken?.accounting).toEqual({
      scheduled: 10,
      completed: 2,
      failed: 3,
      dropped: 2,
      lost: 3,
      cancelled: 1,
    });
    expect(taken?.errors).toEqual({ reset: 2, 'rate-limited': 1 });
    // ttft 200 keeps to the limit of 250 ms, 300 does not
    expect(taken?.counters).toMatchObject({ requests: 5, attempts: 6, good: 1, output_tokens: 18 });
    expect(taken?.counters).not.toHaveProperty('stale_reconnects');
    const ttft = decoded(taken?.trends.ttft);
    expect([ttft.count, ttft.min, ttft.max, ttft.sum]).toEqual([2, 200, 300, 500]);
    expect(decoded(taken?.trends.icl).count).toBe(5);
    expect(decoded(taken?.trends.send_delay).count).toBe(6);
  });

  it('takes a request that was cancelled before it was sent: it has no times but its wait', () => {
    const series = recorder();
    const { sendDelayMs: _none, ...unsent } = requestRecord({
      outcome: 'cancelled',
      attempts: [],
      streamed: true,
    });
    series.record(unsent);
    const taken = series.take();
    expect(taken?.accounting.cancelled).toBe(1);
    expect(Object.keys(taken?.trends ?? {})).toEqual(['schedule_lag', 'concurrency_wait', 'retry_wait']);
    expect(taken?.counters).not.toHaveProperty('attempts');
  });

  it('starts every interval from zero, and leaves out what has no values', () => {
    const series = recorder();
    series.record(requestRecord());
    series.take();
    series.record(failedRecord());
    const taken = series.take();
    expect(taken?.accounting).toMatchObject({ completed: 0, failed: 1 });
    expect(taken?.counters).toEqual({
      requests: 1,
      attempts: 1,
      connections_opened: 1,
      window_output_tokens: 9,
    });
    expect(Object.keys(taken?.trends ?? {}).toSorted()).toEqual([
      'concurrency_wait',
      'retry_wait',
      'schedule_lag',
      'send_delay',
    ]);
  });

  it('tells failures that ended a request from those that did not', () => {
    const series = recorder();
    const failed = (kind: RequestErrorKind) => attempt({ failure: { kind, message: kind } });
    const failure = { kind: 'overloaded', message: '503' } as const;
    series.record(requestRecord({ attempts: [failed('rate-limited'), failed('overloaded'), attempt()] }));
    series.record(failedRecord({ failure, attempts: [failed('rate-limited'), failed('overloaded')] }));
    series.record(failedRecord({ failure, attempts: [failed('overloaded')] }));
    // Cancelled inside its second attempt, and while it waited for one.
    series.record(requestRecord({ outcome: 'cancelled', attempts: [failed('reset'), attempt()] }));
    series.record(requestRecord({ outcome: 'cancelled', attempts: [failed('reset')] }));
    const taken = series.take();
    expect(taken?.errors).toEqual({ overloaded: 2 });
    expect(taken?.attemptErrors).toEqual({ 'rate-limited': 2, overloaded: 1, reset: 2 });
    expect(taken?.counters).toMatchObject({ attempts: 9, retries: 4, retried_requests: 3 });
    series.record(requestRecord({ outcome: 'cancelled', attempts: [] }));
    series.record(requestRecord());
    expect(series.take()).not.toHaveProperty('attemptErrors');
  });

  it('does not change what it gave away', () => {
    const series = recorder();
    series.record(failedRecord());
    const taken = series.take();
    const before = structuredClone(taken);
    series.record(failedRecord());
    series.scheduled(5);
    expect(taken).toEqual(before);
  });
});
