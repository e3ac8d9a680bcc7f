import { SeriesRecorder, defaultExecution } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, SnapshotSeries } from '@tokenstorm/core';
import { sampleRecord, seededRandom } from './sample-records.ts';

const groups = 4;
const workers = 20;
const random = seededRandom(2);

/** A run of so many seconds and shards, with a threshold over windows of 10 s. */
export function largePlan(runId: string, shards: number, seconds: number): RunPlan {
  return {
    runId,
    scenario: {
      name: 'bench',
      seed: 1,
      regions: [{ name: 'eu', weight: 1 }],
      targets: [],
      workloads: [
        {
          name: 'load',
          targets: ['own/m'],
          load: {
            executor: 'constant-arrival-rate',
            ratePerSecond: 1000,
            arrivals: 'constant',
            durationMs: seconds * 1000,
            maxInFlight: 1000,
          },
          startAfterMs: 0,
          warmupMs: 0,
          gracefulStopMs: 0,
          prompts: { kind: 'messages', messages: [] },
          cacheBust: false,
          stream: true,
          extraBody: {},
          headers: {},
          slo: {},
          timeouts: { connectMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
        },
      ],
      limits: [],
      execution: defaultExecution,
      thresholds: [
        {
          metric: 'ttft',
          expression: 'p(95) < 1s',
          windowMs: 10_000,
          abortOnFail: false,
          delayAbortEvalMs: 0,
        },
      ],
      exports: [],
    },
    shards: Array.from({ length: shards }, (_, shard) => ({
      shard,
      region: 'eu',
      slice: shard,
      count: shards,
    })),
    snapshotIntervalMs: 1000,
  };
}

/** Ten completed requests of 100 tokens in one of 4 groups, with so many histograms; a different one each time. */
export function* largeSeries(histograms: number): Generator<SnapshotSeries, never> {
  const pool = Array.from({ length: 200 }, (_, index) => seriesOf(index % groups, histograms));
  for (;;) yield pool[Math.floor(random() * pool.length)]!;
}

function seriesOf(group: number, histograms: number): SnapshotSeries {
  const labels = {
    provider: 'local',
    model: `model-${group}`,
    scenario: 'load',
    region: 'eu',
    phase: 'main',
  } as const;
  const recorder = new SeriesRecorder(labels, {}, { startMs: 0, endMs: Infinity });
  recorder.scheduled(10);
  for (let index = 0; index < 10; index += 1) recorder.record(sampleRecord(random, index, 100));
  const series = recorder.take();
  if (series === undefined) throw new Error('nothing was recorded');
  return { ...series, trends: Object.fromEntries(Object.entries(series.trends).slice(0, histograms)) };
}

/** A shard's snapshot of one second; the last one of the plan is final. */
export function largeSnapshot(
  { runId, scenario }: RunPlan,
  shard: number,
  second: number,
  series: SnapshotSeries,
): MetricsSnapshot {
  const [workload] = scenario.workloads;
  const durationMs = workload!.load.executor === 'constant-arrival-rate' ? workload!.load.durationMs : 0;
  return {
    version: 1,
    runId,
    shard,
    epoch: 1,
    sequence: second + 1,
    final: (second + 1) * 1000 === durationMs,
    region: 'eu',
    workerId: `w${shard % workers}`,
    intervalStartMs: second * 1000,
    intervalMs: 1000,
    series: [series],
    calls: [],
    health: {
      cpuRatio: 0.5,
      rssBytes: 1e8,
      inFlight: 10,
      travel: { paths: ['wire'], connectionsOpened: 10, redirects: 0, decodedResponses: 0 },
    },
  };
}
