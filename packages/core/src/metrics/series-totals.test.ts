import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../record.ts';
import { failedRecord, requestRecord, wholeRecord } from './__fixtures__/request-record.ts';
import { SeriesRecorder } from './series-recorder.ts';
import { SeriesTotals } from './series-totals.ts';
import type { SeriesSum } from './series-totals.ts';
import type { SeriesLabels, SnapshotSeries } from './snapshot.ts';

const labelSets: readonly SeriesLabels[] = [
  { provider: 'a', model: 'x', scenario: 'chat', region: 'eu', phase: 'main' },
  { provider: 'a', model: 'y', scenario: 'chat', region: 'eu', phase: 'main' },
  { provider: 'b', model: 'x', scenario: 'chat', region: 'us', phase: 'main' },
  { provider: 'b', model: 'x', scenario: 'chat', region: 'us', phase: 'warmup' },
];

const requests = fc
  .tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 5000 }))
  .map(([kind, ms]): RequestRecord => {
    const firstTokenMs = 105 + ms;
    const times = { firstTokenMs, lastTokenMs: firstTokenMs + 200, endMs: firstTokenMs + 215 };
    if (kind === 0) return requestRecord(times);
    return kind === 1 ? failedRecord(times) : wholeRecord({ endMs: times.endMs });
  });

/** A record, its label set, and whether a snapshot is taken after it. */
const steps = fc.array(fc.tuple(requests, fc.nat({ max: labelSets.length - 1 }), fc.boolean()), {
  maxLength: 40,
});
type Steps = readonly (readonly [record: RequestRecord, labelSet: number, cut: boolean])[];

function snapshots(recorded: Steps, cuts: boolean): SnapshotSeries[] {
  const window = { startMs: 0, endMs: 3000 };
  const recorders = labelSets.map((labels) => new SeriesRecorder(labels, { ttftMs: 1000 }, window));
  const taken: (SnapshotSeries | undefined)[] = [];
  for (const [record, labelSet, cut] of recorded) {
    recorders[labelSet]!.scheduled(1);
    recorders[labelSet]!.record(record);
    if (cut && cuts) taken.push(...recorders.map((recorder) => recorder.take()));
  }
  taken.push(...recorders.map((recorder) => recorder.take()));
  return taken.filter((series) => series !== undefined);
}

function totalsOf(series: readonly SnapshotSeries[]): SeriesTotals {
  const totals = new SeriesTotals();
  for (const one of series) totals.add(one);
  return totals;
}

/** Everything in a sum that can be compared; floating-point sums to 9 digits. */
function plain({ accounting, counters, errors, trends }: SeriesSum): unknown {
  const figures = [...trends].map(([name, trend]) => {
    const { count, min, max, sum } = trend;
    return [name, { count, min, max, sum: sum.toPrecision(9), buckets: [...trend.buckets()] }];
  });
  const rounded = Object.entries(counters).map(([name, value]) => [name, value.toPrecision(9)]);
  return { accounting, counters: Object.fromEntries(rounded), errors, trends: Object.fromEntries(figures) };
}

describe('SeriesTotals', () => {
  it('is the same however the run is cut into snapshots, and in whatever order they come', () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (recorded, ranks) => {
        const whole = totalsOf(snapshots(recorded, false));
        const pieces = snapshots(recorded, true);
        const shuffled = pieces
          .map((series) => ({ series, rank: ranks.next().value }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ series }) => series);
        expect(plain(totalsOf(pieces).merged())).toEqual(plain(whole.merged()));
        expect(plain(totalsOf(shuffled).merged())).toEqual(plain(whole.merged()));
        const half = totalsOf(pieces.slice(0, pieces.length / 2));
        half.addTotals(totalsOf(pieces.slice(pieces.length / 2)));
        expect(plain(half.merged())).toEqual(plain(whole.merged()));
        for (const labels of labelSets) {
          expect(plain(totalsOf(shuffled).merged(labels))).toEqual(plain(whole.merged(labels)));
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('is the same, to the last bit, when it was written down in between', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 200 }), (recorded, cut) => {
        const pieces = snapshots(recorded, true);
        const [before, after] = [
          pieces.slice(0, cut % (pieces.length + 1)),
          pieces.slice(cut % (pieces.length + 1)),
        ];
        const restored = SeriesTotals.of(structuredClone(totalsOf(before).state()));
        for (const series of after) restored.add(series);
        expect(structuredClone(restored.state())).toEqual(structuredClone(totalsOf(pieces).state()));
        expect(plain(restored.merged())).toEqual(plain(totalsOf(pieces).merged()));
      }),
      { numRuns: 60, seed: 9 },
    );
  });

  it('as series is a part that adds up to the same', () => {
    fc.assert(
      fc.property(steps, (recorded) => {
        const totals = totalsOf(snapshots(recorded, true));
        const again = totalsOf(totals.series());
        expect(plain(again.merged())).toEqual(plain(totals.merged()));
        expect(again.groups().map(({ labels }) => labels)).toEqual(
          totals.groups().map(({ labels }) => labels),
        );
      }),
      { numRuns: 30, seed: 10 },
    );
  });

  it('forgets the distributions that nobody asks for', () => {
    const totals = totalsOf(snapshots([[requestRecord(), 0, false]], true));
    totals.keepTrends(new Set(['ttft']));
    expect([...totals.merged().trends.keys()]).toEqual(['ttft']);
    expect(totals.figures().accounting.completed).toBe(1);
  });

  it('accounts for every request', () => {
    fc.assert(
      fc.property(steps, (recorded) => {
        const { accounting } = totalsOf(snapshots(recorded, true)).merged();
        expect(accounting.scheduled).toBe(recorded.length);
        expect(accounting.completed + accounting.failed).toBe(recorded.length);
      }),
      { numRuns: 30, seed: 8 },
    );
  });

  it('sums over the label sets that match', () => {
    const recorded = labelSets.flatMap((_, labelSet) =>
      Array.from({ length: labelSet + 1 }, () => [requestRecord(), labelSet, false] as const),
    );
    const totals = totalsOf(snapshots(recorded, true));
    expect(totals.groups().map(({ labels }) => labels)).toEqual(labelSets);
    expect(totals.groups({ phase: 'main', provider: 'a' })).toHaveLength(2);
    // 1, 2, 3 and 4 requests
    expect(totals.merged({ phase: 'main' }).accounting.completed).toBe(6);
    expect(totals.figures({ model: 'x' }).accounting.completed).toBe(8);
    expect(totals.trend('icl', { region: 'us' })?.count).toBe(21);
    expect(totals.merged({ provider: 'a' }).trends.get('ttft')?.sum).toBe(600);
    expect(totals.merged({ provider: 'c' }).accounting.scheduled).toBe(0);
    expect(totals.trend('ttft', { provider: 'c' })).toBeUndefined();
  });

  it('gives away copies', () => {
    const series = snapshots([[requestRecord(), 0, false]], true);
    const totals = totalsOf(series);
    const before = totals.merged();
    for (const one of series) totals.add(one);
    expect(before.accounting.completed).toBe(1);
    expect(before.trends.get('ttft')?.count).toBe(1);
    expect(totals.merged().trends.get('ttft')?.count).toBe(2);
  });
});
