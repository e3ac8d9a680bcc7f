import { describe, expect, it } from 'vitest';
import { addFigures, countsOf } from './worker-figures.ts';
import type { WorkerFigures } from './worker-figures.ts';
import { workerMetrics } from './worker-metrics.ts';

const figures: WorkerFigures = {
  runs: [{ runId: 'r1', region: 'eu "west"', shards: 2, inFlight: 5 }],
  requests: { completed: 12, failed: 3, dropped: 0, cancelled: 1 },
  redisConnected: true,
  leasesLost: 4,
  snapshotsUncommitted: 1,
  runsStayedOutOf: 2,
  cpuSeconds: 1.5,
  rssBytes: 1000,
};

/** Lines of the metrics without their explanations. */
async function lines(shown: WorkerFigures): Promise<readonly string[]> {
  const text = await workerMetrics(shown, { running: 2, restarted: 1, startedAtEpochMs: 5000 });
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('workerMetrics', () => {
  it('shows what is held and what became of the requests', async () => {
    expect(await lines(figures)).toEqual([
      String.raw`tokenstorm_worker_shards_held{run="r1",region="eu \"west\""} 2`,
      String.raw`tokenstorm_worker_requests_in_flight{run="r1",region="eu \"west\""} 5`,
      'tokenstorm_worker_requests_total{outcome="completed"} 12',
      'tokenstorm_worker_requests_total{outcome="failed"} 3',
      'tokenstorm_worker_requests_total{outcome="dropped"} 0',
      'tokenstorm_worker_requests_total{outcome="cancelled"} 1',
      'tokenstorm_worker_redis_connected 1',
      'tokenstorm_worker_lease_lost_total 4',
      'tokenstorm_worker_snapshots_uncommitted 1',
      'tokenstorm_worker_runs_stayed_out_total 2',
      'tokenstorm_worker_processes 2',
      'tokenstorm_worker_process_restarts_total 1',
      'process_cpu_seconds_total 1.5',
      'process_resident_memory_bytes 1000',
      'process_start_time_seconds 5',
    ]);
  });

  it('has no series of a run that is over', async () => {
    expect((await lines({ ...figures, runs: [] })).filter((line) => line.includes('run='))).toEqual([]);
  });
});

describe('addFigures', () => {
  it('adds up processes, and keeps the counts of those that have ended', () => {
    const both = addFigures([figures, figures, countsOf(figures)]);
    expect(both).toEqual({
      runs: [{ runId: 'r1', region: 'eu "west"', shards: 4, inFlight: 10 }],
      requests: { completed: 36, failed: 9, dropped: 0, cancelled: 3 },
      redisConnected: true,
      leasesLost: 12,
      snapshotsUncommitted: 2,
      runsStayedOutOf: 6,
      cpuSeconds: 4.5,
      rssBytes: 2000,
    });
    expect(addFigures([countsOf(figures)])).toMatchObject({ runs: [], redisConnected: false });
  });
});
