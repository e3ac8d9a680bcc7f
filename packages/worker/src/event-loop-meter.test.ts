import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trend } from '@tokenstorm/core';
import type { EncodedTrend } from '@tokenstorm/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventLoopMeter } from './event-loop-meter.ts';
import { ContentStamps } from './stream/content-stamps.ts';

/** A meter whose loop is played: nothing but these calls ends a batch. */
function played() {
  const now = { ms: 100, idleMs: 40 };
  const stamps = new ContentStamps();
  const clock = { nowMs: () => now.ms, epochMs: () => 0 };
  const meter = new EventLoopMeter({ clock, idleMs: () => now.idleMs, stamps: stamps.watch() });
  meter.start();
  meter.stop();
  return {
    meter,
    /** The loop waits, then is busy and takes so many stamps. */
    turn: ({ waited = 0, busy = 0, stamped = 0 }: { waited?: number; busy?: number; stamped?: number }) => {
      now.ms += waited + busy;
      now.idleMs += waited;
      for (let event = 0; event < stamped; event++) stamps.note(now.ms);
    },
  };
}

/** Values and how often each came; what lies below half a histogram step is exact. */
function valuesOf(encoded: EncodedTrend | undefined): (readonly [number, number])[] {
  const trend = new Trend();
  if (encoded !== undefined) trend.merge(encoded);
  return [...trend.buckets()].map(({ from, count }) => [from, count] as const);
}

describe('the stamp-error bound', () => {
  it('is the busy time of the batch where the loop had waited, once for each stamp', () => {
    const { meter, turn } = played();
    turn({ waited: 10, busy: 0.5, stamped: 3 });
    meter.mark();
    turn({ waited: 5, busy: 2, stamped: 1 });
    meter.mark();
    expect(valuesOf(meter.take().stampErrorBound)).toEqual([
      [0.5, 3],
      [2, 1],
    ]);
  });

  it('reaches back to the poll before where it had not: into the batch before', () => {
    const { meter, turn } = played();
    turn({ waited: 10, busy: 1, stamped: 1 });
    meter.mark();
    turn({ busy: 0.25, stamped: 2 });
    meter.mark();
    turn({ busy: 0.5, stamped: 4 });
    meter.mark();
    expect(valuesOf(meter.take().stampErrorBound)).toEqual([
      [0.75, 4],
      [1, 1],
      [1.25, 2],
    ]);
  });

  it('has the stamps of a batch that is not over, each once', () => {
    const { meter, turn } = played();
    turn({ waited: 1, busy: 0.2, stamped: 1 });
    expect(valuesOf(meter.take().stampErrorBound)).toEqual([[0.2, 1]]);
    expect(meter.take().stampErrorBound).toBeUndefined();
    turn({ busy: 0.3, stamped: 1 });
    meter.mark();
    // From the start of the batch on, whatever was taken meanwhile.
    expect(valuesOf(meter.take().stampErrorBound)).toEqual([[0.5, 1]]);
  });

  it('is absent without stamps', () => {
    const { meter, turn } = played();
    turn({ waited: 10, busy: 5 });
    meter.mark();
    expect(meter.take().stampErrorBound).toBeUndefined();
  });
});

describe("the event loop's delay", () => {
  it('has each microsecond once: 0 while the loop waits, else what it was busy with', () => {
    const { meter, turn } = played();
    turn({ waited: 0.7, busy: 0.2 });
    meter.mark();
    turn({ busy: 0.1 });
    meter.mark();
    expect(valuesOf(meter.take().eventLoopDelay)).toEqual([
      [0, 700],
      [0.1, 100],
      [0.2, 200],
    ]);
    expect(meter.take().eventLoopDelay).toBeUndefined();
  });
});

describe('with the real event loop', () => {
  function metered() {
    const stamps = new ContentStamps();
    const clock = { nowMs: () => performance.now(), epochMs: () => 0 };
    const meter = new EventLoopMeter({
      clock,
      idleMs: () => performance.nodeTiming.idleTime,
      stamps: stamps.watch(),
    });
    meter.start();
    onTestFinished(() => meter.stop());
    return { meter, stamps };
  }

  const blocked = (ms: number) => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs);
  };

  it('sees that it was held up before a stamp', async () => {
    const { meter, stamps } = metered();
    await sleep(5);
    blocked(30);
    stamps.note(performance.now());
    await sleep(5);
    const [bound] = valuesOf(meter.take().stampErrorBound);
    expect(bound?.[0]).toBeGreaterThanOrEqual(29.9);
  });

  it('lets it wait: most moments meet no delay', async () => {
    const { meter } = metered();
    await sleep(100);
    const waited = new Trend();
    waited.merge(meter.take().eventLoopDelay!);
    expect(waited.quantile(0)).toBe(0);
    expect(waited.count).toBeGreaterThan(50_000);
  });

  it('marks a long row of batches at most so often, and goes on with the next stamp', async () => {
    const { meter, stamps } = metered();
    let marks = 0;
    const mark = meter.mark.bind(meter);
    meter.mark = () => (marks++, mark());
    const startMs = performance.now();
    for (let batch = 0; batch < 20_000; batch++) {
      stamps.note(performance.now());
      await new Promise((resolve) => setImmediate(resolve));
    }
    // 500 at once and 5 in each ms, whatever the number of batches.
    expect(marks).toBeLessThanOrEqual(501 + 5 * (performance.now() - startMs));
    const counted = new Trend();
    counted.merge(meter.take().stampErrorBound!);
    expect(counted.count).toBe(20_000);
    const before = marks;
    await sleep(2);
    stamps.note(performance.now());
    await sleep(2);
    expect(marks).toBeGreaterThan(before);
  });

  it('goes on without stamps too', async () => {
    const { meter } = metered();
    const endMs = performance.now() + 300;
    while (performance.now() < endMs) await new Promise((resolve) => setImmediate(resolve));
    await sleep(20);
    const delay = new Trend();
    delay.merge(meter.take().eventLoopDelay!);
    expect(delay.count).toBeGreaterThan(290_000);
  });
});
