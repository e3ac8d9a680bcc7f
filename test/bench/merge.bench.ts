/** What merging costs (goal G8): 1,000 shards' snapshots a second, 8 histograms each. Run: node --conditions=source test/bench/merge.bench.ts */
import { SeriesRecorder, SeriesTotals, Trend } from '@tokenstorm/core';
import type { EncodedTrend, SnapshotSeries } from '@tokenstorm/core';
import { sampleRecord, seededRandom } from '../support/sample-records.ts';
import { medianNs, print } from '../support/stopwatch.ts';

const random = seededRandom(2);
const window = { startMs: 0, endMs: Infinity };

function seriesOf(requests: number, tokens: number): SnapshotSeries {
  const labels = {
    provider: 'local',
    model: 'model',
    scenario: 'chat',
    region: 'default',
    phase: 'main',
  } as const;
  const recorder = new SeriesRecorder(labels, {}, window);
  for (let index = 0; index < requests; index++) recorder.record(sampleRecord(random, index, tokens));
  const series = recorder.take();
  if (series === undefined) throw new Error('nothing was recorded');
  return series;
}

function merging(name: string, encoded: EncodedTrend): void {
  const trend = new Trend();
  const ns = medianNs(200, () => {
    for (let index = 0; index < 200; index++) trend.merge(encoded);
  });
  print(`merge of ${name}: ${encoded.count} values in ${encoded.hdr.length} bytes`, ns / 1000, 'us');
}

function snapshotsOfAThousandShards(): void {
  const shards = Array.from({ length: 1000 }, () => seriesOf(10, 100));
  const trends = Object.keys(shards[0]!.trends).length;
  const totals = new SeriesTotals();
  const ns = medianNs(1, () => {
    for (const series of shards) totals.add(series);
  });
  print(`fold of 1,000 shards' snapshots with ${trends} histograms each`, ns / 1e6, 'ms');
  print(
    'the same for 8 histograms each, share of one core at one snapshot a second',
    (ns / 1e9 / trends) * 8,
    's',
    1,
  );
}

function adding(): void {
  const totals = new SeriesTotals();
  for (let index = 0; index < 20; index++) totals.add(seriesOf(100, 100));
  const ns = medianNs(20, () => {
    for (let index = 0; index < 20; index++) totals.merged();
  });
  print('merged totals of one group, all trends copied', ns / 1000, 'us');
}

const large = seriesOf(1000, 100).trends;
const small = seriesOf(10, 100).trends;
if (large.icl !== undefined) merging('icl', large.icl);
if (large.ttft !== undefined) merging('ttft', large.ttft);
if (small.icl !== undefined) merging('icl', small.icl);
if (small.ttft !== undefined) merging('ttft', small.ttft);
snapshotsOfAThousandShards();
adding();
