import { Random } from '@tokenstorm/core';
import type { GeneratorHealth, MetricsSnapshot, SeriesTotals } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { call, planOf, series, snapshot, transportOf } from './__fixtures__/snapshots.ts';
import { Aggregator } from './aggregator.ts';
import { mergeSnapshots } from './merge-snapshots.ts';

const health = (change: Partial<GeneratorHealth>) => ({ ...snapshot(1).health, ...change });

const resultOf = (snapshots: readonly MetricsSnapshot[]) =>
  new Aggregator(transportOf(snapshots, planOf()).parts).run(new AbortController().signal);

describe('mergeSnapshots', () => {
  it('covers the time of all, and has the sequence and the end of the last', () => {
    const merged = mergeSnapshots([snapshot(4), snapshot(5), snapshot(6, { intervalMs: 300, final: true })]);
    expect(merged).toMatchObject({
      intervalStartMs: 3000,
      intervalMs: 2300,
      sequence: 6,
      final: true,
      shard: 0,
      epoch: 1,
    });
  });

  it('of one is that one', () => {
    const only = snapshot(1, { series: [series({ scheduled: 2 })] });
    expect(mergeSnapshots([only])).toBe(only);
  });

  it('adds up every sum of a label set, and keeps label sets apart', () => {
    const [eu, us] = mergeSnapshots([
      snapshot(1, {
        series: [
          {
            ...series({ scheduled: 3, completed: 1 }, { counters: { attempts: 2 } }),
            errors: { reset: 1 },
            attemptErrors: { overloaded: 1 },
            prompts: { sent: 3, unique: 1, rows: [3] },
          },
        ],
      }),
      snapshot(2, {
        series: [
          series({ scheduled: 1 }, { labels: { region: 'us' } }),
          { ...series({ failed: 2 }, { counters: { attempts: 5 } }), errors: { reset: 2, tls: 1 } },
        ],
      }),
      snapshot(3, {
        series: [
          { ...series({}), attemptErrors: { overloaded: 2 }, prompts: { sent: 4, unique: 2, rows: [0, 7] } },
        ],
      }),
    ]).series;
    expect(eu).toMatchObject({
      accounting: { scheduled: 3, completed: 1, failed: 2 },
      counters: { attempts: 7 },
      errors: { reset: 3, tls: 1 },
      attemptErrors: { overloaded: 3 },
      prompts: { sent: 7, unique: 3, rows: [3, 0, 7] },
    });
    expect(us).toMatchObject({ labels: { region: 'us' }, accounting: { scheduled: 1 } });
    expect(us).not.toHaveProperty('prompts');
  });

  it('weighs the shares of the generator by time, and keeps its worst and its latest figures', () => {
    const merged = mergeSnapshots([
      snapshot(1, { health: health({ cpuRatio: 0.2, rssBytes: 9, inFlight: 5, clockErrorMs: 2 }) }),
      snapshot(2, { health: health({ cpuRatio: 0.2, rssBytes: 8, runQueueDelayRatio: 0.1 }) }),
      snapshot(3, {
        intervalMs: 2000,
        health: health({ cpuRatio: 0.6, rssBytes: 7, inFlight: 1, clockErrorMs: 1, clockErrorBoundMs: 9 }),
      }),
    ]).health;
    expect(merged).toMatchObject({ rssBytes: 9, inFlight: 1, clockErrorMs: 2, clockErrorBoundMs: 9 });
    expect(merged.runQueueDelayRatio).toBe(0.1);
    // (0.2 + 0.2 + 2 x 0.6) / 4
    expect(merged.cpuRatio).toBeCloseTo(0.4, 12);
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'changes nothing in the sum of a run, however it is cut (seed %i)',
    async (seed) => {
      const random = new Random(`merge/${seed}`);
      const upTo = (most: number) => Math.floor(random.nextUnit() * most);
      const count = 2 + upTo(12);
      const whole = Array.from({ length: count }, (_, index) => {
        const ttft = Array.from({ length: upTo(40) }, () => Math.exp(random.nextUnit() * 15) / 1000);
        return snapshot(index + 1, {
          final: index === count - 1,
          series: [series({ scheduled: upTo(50) + 50, completed: upTo(50) }, { values: { ttft } })],
          calls: [call(index * 1000, index % 5)],
        });
      });
      const parts: MetricsSnapshot[][] = [[]];
      for (const one of whole) {
        if (upTo(3) === 0 && parts.at(-1)!.length > 0) parts.push([]);
        parts.at(-1)!.push(one);
      }
      const [before, after] = [await resultOf(whole), await resultOf(parts.map(mergeSnapshots))];
      expect(after.endMs).toBe(before.endMs);
      expect(after.calls).toEqual(before.calls);
      expect(figuresOf(after.totals)).toEqual(figuresOf(before.totals));
    },
  );
});

function figuresOf(totals: SeriesTotals) {
  const ttft = totals.trend('ttft');
  return {
    accounting: totals.figures().accounting,
    ttft: ttft && [...ttft.buckets()],
    count: ttft?.count,
    min: ttft?.min,
    max: ttft?.max,
  };
}
