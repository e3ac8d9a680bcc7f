/** What recording costs (goal G6) and how exact percentiles are. Run: node --conditions=source test/bench/record.bench.ts */
import { HdrHistogram, SeriesRecorder, Trend, trendDefinitions } from '@tokenstorm/core';
import { lognormal, sampleRecord, seededRandom } from '../support/sample-records.ts';
import { medianNs, print } from '../support/stopwatch.ts';

const labels = {
  provider: 'local',
  model: 'model',
  scenario: 'chat',
  region: 'default',
  phase: 'main',
} as const;
const window = { startMs: 0, endMs: Infinity };
const random = seededRandom(1);
const valuesMs = Array.from({ length: 200_000 }, () => lognormal(random, 300, 1));

function recording(): void {
  const steps = valuesMs.map((value) => Math.round(value * 1000));
  const histogram = new HdrHistogram();
  const recordNs = medianNs(steps.length, () => {
    for (const value of steps) histogram.record(value);
  });
  print('time stamp (performance.now)', medianNs(100_000, readClock), 'ns', 100);
  print('histogram record', recordNs, 'ns', 60);
  const trend = new Trend();
  const trendNs = medianNs(valuesMs.length, () => trend.recordAll(valuesMs));
  print('trend record (with sum, squares, min, max)', trendNs, 'ns', 60);
}

function readClock(): void {
  let sum = 0;
  for (let index = 0; index < 100_000; index++) sum += performance.now();
  if (sum < 0) throw new Error('the clock went backwards');
}

function requests(): void {
  for (const tokens of [1, 10, 100]) {
    const records = Array.from({ length: 1000 }, (_, index) => sampleRecord(random, index, tokens));
    const recorder = new SeriesRecorder(labels, { ttftMs: 500 }, window);
    const ns = medianNs(records.length, () => {
      for (const record of records) recorder.record(record);
    });
    print(`request of ${tokens} tokens into all trends and counters`, ns / 1000, 'us');
  }
}

function encoding(): void {
  for (const [count, goalMs] of [
    [100, 1],
    [1000, undefined],
  ] as const) {
    const recorder = new SeriesRecorder(labels, {}, window);
    const records = Array.from({ length: count }, (_, index) => sampleRecord(random, index, 100));
    const times: number[] = [];
    let bytes = 0;
    let trends = 0;
    for (let round = 0; round < 50; round++) {
      for (const record of records) recorder.record(record);
      const startMs = performance.now();
      const series = recorder.take();
      times.push(performance.now() - startMs);
      const encoded = Object.values(series?.trends ?? {});
      trends = encoded.length;
      bytes = encoded.reduce((sum, { hdr }) => sum + hdr.length, 0);
    }
    times.sort((a, b) => a - b);
    const label = `snapshot of ${count} requests x 100 tokens: all ${trends} of ${trendDefinitions.length} trends encoded`;
    print(`${label}, median`, times[25]!, 'ms', goalMs);
    print(`${label}, slowest of 50`, times[49]!, 'ms');
    print(`${label}, size`, bytes / 1000, 'kB');
  }
}

function exactness(): void {
  const trend = new Trend();
  trend.recordAll(valuesMs);
  const sorted = Float64Array.from(valuesMs).toSorted();
  let worst = 0;
  for (let permille = 1; permille <= 999; permille++) {
    const exact = sorted[Math.ceil((permille / 1000) * sorted.length) - 1]!;
    worst = Math.max(worst, Math.abs(trend.quantile(permille / 1000) / exact - 1));
  }
  print('worst percentile error, p0.1 to p99.9, lognormal', worst * 100, '%', 0.1);
  const summaryNs = medianNs(100, () => {
    for (let index = 0; index < 100; index++) trend.summary('ms');
  });
  print('summary with 8 percentiles', summaryNs / 1000, 'us');
}

recording();
requests();
encoding();
exactness();
