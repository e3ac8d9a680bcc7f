import { SeriesRecorder, SeriesTotals } from '@tokenstorm/core';
import type { RequestRecord, SeriesLabels, SeriesSum } from '@tokenstorm/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { arrivalShiftsMs } from '../support/arrival-shifts.ts';
import { LiveRuns } from '../support/live-runs.ts';
import type { LiveRun } from '../support/live-runs.ts';
import { sampleRecord, seededRandom } from '../support/sample-records.ts';
import { expectGaps, expectLatency } from '../support/timing-tolerance.ts';
import { quantileOf } from '../support/truth.ts';
import { truthTimes } from '../support/truth-times.ts';

const shardCounts = [1, 3, 8];
const users = { requests: 90, concurrency: 4 };

describe('live runs of one scenario in 1, 3 and 8 shards', () => {
  const runs = new LiveRuns('--shards', users);

  beforeAll(() => runs.start(shardCounts), 90_000);

  afterAll(() => runs.close());

  it.each(shardCounts)(
    '%d: the report accounts for exactly the requests that the server received',
    (shards) => {
      const { run, open, closed } = runs.of(shards);
      expect(closed).toHaveLength(users.requests);
      const received = open.length + closed.length;
      const none = { failed: 0, dropped: 0, lost: 0, cancelled: 0 };
      expect(run.report.accounting).toEqual({ ...none, scheduled: received, completed: received });
    },
  );

  it.each([3, 8])('%d: exactly the arrivals of one shard', (shards) => {
    const [one, many] = [runs.of(1).open, runs.of(shards).open];
    expect(one.length).toBeGreaterThan(100);
    expect(many.map((record) => record.body_hash).toSorted()).toEqual(
      one.map((record) => record.body_hash).toSorted(),
    );
    expect(arrivalsByRegion(runs.of(shards))).toEqual(arrivalsByRegion(runs.of(1)));
  });

  it.each([3, 8])('%d: each of them at its moment', (shards) => {
    const shifts = arrivalShiftsMs(runs.of(1).open, runs.of(shards).open);
    const middle = quantileOf(shifts, 0.5);
    const strays = shifts.map((shift) => Math.abs(shift - middle));
    // Poisson arrivals of another seed are hundreds of ms away from these.
    expect(quantileOf(strays, 0.9)).toBeLessThan(50);
  });

  describe.each(shardCounts)('%d shards', (shards) => {
    beforeEach(async ({ task }) => {
      if ((task.result?.retryCount ?? 0) > 0) await runs.measure(shards);
    });

    // What a busy machine spoils is measured anew; what is wrong is wrong each time.
    it('has quantiles within the tolerance of its own truth log', { retry: 2 }, () => {
      const { run, open, closed, noiseMs } = runs.of(shards);
      const times = truthTimes([...open, ...closed]);
      const { ttft, e2e, e2e_close, icl } = run.report.metrics;
      expectLatency(ttft, { values: times.ttft, noiseMs });
      expectLatency(e2e, { values: times.e2e, noiseMs });
      expectLatency(e2e_close, { values: times.e2eClose, noiseMs });
      expectGaps(icl, { values: times.gaps, noiseMs });
    });
  });
});

/** Requests of the open loop from each region. */
function arrivalsByRegion({ run }: LiveRun): Readonly<Record<string, number>> {
  const groups = run.report.groups.filter(({ labels }) => labels.scenario === 'open');
  return Object.fromEntries(
    groups
      .map(({ labels, accounting }) => [labels.region, accounting.scheduled] as const)
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
}

describe('the same records folded from 1, 3 and 8 shards', () => {
  const random = seededRandom(11);
  const records = Array.from({ length: 3000 }, (_, index) =>
    index % 17 === 0
      ? failed(sampleRecord(random, index, 30))
      : sampleRecord(random, index, 2 + (index % 40)),
  );
  const [one, ...others] = shardCounts.map((count) => folded(records, count));

  it('lack nothing that is compared', () => {
    expect(one?.accounting).toEqual({
      scheduled: 3100,
      completed: 2823,
      failed: 177,
      dropped: 60,
      lost: 40,
      cancelled: 0,
    });
    expect(Object.keys(one?.counters ?? {}).length).toBeGreaterThan(8);
    expect(one?.trends.size).toBeGreaterThan(12);
  });

  it.each([
    ['3', others[0]],
    ['8', others[1]],
  ])('%s shards: equal counts', (_name, many) => {
    expect(many?.accounting).toEqual(one?.accounting);
    expect(many?.errors).toEqual(one?.errors);
    expect(rounded(many?.counters)).toEqual(rounded(one?.counters));
  });

  it.each([
    ['3', others[0]],
    ['8', others[1]],
  ])('%s shards: equal distributions, bucket by bucket', (_name, many) => {
    expect(distributions(many)).toEqual(distributions(one));
  });
});

/** The share of a request inside the window is no whole number: the order of adding shows in the last bits. */
function rounded(counters: SeriesSum['counters'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(counters).map(([name, total]) => [name, total.toFixed(6)]));
}

function distributions(sum: SeriesSum | undefined) {
  const quantiles = [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1];
  return [...(sum?.trends ?? [])].map(([name, trend]) => ({
    name,
    mean: trend.mean.toFixed(6),
    quantiles: quantiles.map((quantile) => trend.quantile(quantile)),
    buckets: [...trend.buckets()],
  }));
}

function failed(record: RequestRecord): RequestRecord {
  return {
    ...record,
    outcome: 'failed',
    failure: { kind: 'reset', message: 'the server closed the connection' },
  };
}

/** The sum of so many recorders, each with its part of the records and cut into snapshots at other places. */
function folded(records: readonly RequestRecord[], count: number): SeriesSum {
  const labels: SeriesLabels = { provider: 'p', model: 'm', scenario: 's', region: 'r', phase: 'main' };
  const window = { startMs: 1000, endMs: 25_000 };
  const slo = { ttftMs: 350, tpotMs: 22, e2eMs: 1000 };
  const totals = new SeriesTotals();
  const recorders = Array.from({ length: count }, () => new SeriesRecorder(labels, slo, window));
  const commit = (recorder: SeriesRecorder | undefined) => {
    const series = recorder?.take();
    if (series !== undefined) totals.add(series);
  };
  records.forEach((record, index) => {
    const recorder = recorders[index % count];
    recorder?.scheduled(1);
    recorder?.record(record);
    if (index % 97 === 0) commit(recorder);
  });
  for (let index = 0; index < 100; index++) {
    const recorder = recorders[index % count];
    recorder?.scheduled(1);
    if (index % 5 < 3) recorder?.dropped(1);
    else recorder?.lost(1);
  }
  for (const recorder of recorders.toReversed()) commit(recorder);
  return totals.merged();
}
