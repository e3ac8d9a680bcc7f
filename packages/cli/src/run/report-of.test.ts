import type { RunResult } from '@tokenstorm/aggregator';
import type { MetricsSnapshot, RunPlan } from '@tokenstorm/core';
import { memoryTransport } from '@tokenstorm/transport';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '../reporters/report.fixture.ts';
import { planRun } from './plan.ts';
import { reportOf } from './report-of.ts';
import { resultIn } from './snapshot-log.fixture.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

const tenSeconds = workloadsOf({ executor: 'constant-vus', vus: 1, duration: '10s', warmup: '2s' });

function snapshot(plan: RunPlan, change: Partial<MetricsSnapshot>): MetricsSnapshot {
  const travel = { paths: ['wire'], connectionsOpened: 1, redirects: 0, decodedResponses: 0 };
  return {
    version: 1,
    runId: plan.runId,
    shard: 0,
    epoch: 1,
    sequence: 1,
    final: false,
    region: 'default',
    workerId: 'w1',
    intervalStartMs: 0,
    intervalMs: 1000,
    series: [],
    calls: [],
    health: { cpuRatio: 0.1, rssBytes: 1e6, inFlight: 0, travel },
    ...change,
  };
}

/** The report of what these snapshots sum up to, whether all shards are done or not. */
async function reported(
  changes: readonly Partial<MetricsSnapshot>[],
  {
    shards = 1,
    stoppedAtMs,
    failure,
    lostProcess,
  }: { shards?: number; stoppedAtMs?: number; failure?: string; lostProcess?: string } = {},
) {
  const plan = planRun(scenarioOf(tenSeconds), shards);
  await using transport = memoryTransport();
  for (const change of changes) await transport.snapshots(plan.runId).append(snapshot(plan, change));
  const end = new AbortController();
  const folding = resultIn(transport, plan, end.signal);
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  end.abort();
  const ending = { stopReason: undefined, stoppedAtMs, failure, lostProcess };
  const run = { result: await folding, startedAtEpochMs: 0, ...ending, notes: ['of a worker'] };
  return reportOf(plan, run, ['checked']);
}

const requests = (scheduled: number, completed: number) =>
  seriesOf({}, { accounting: { scheduled, completed }, counters: { window_completed: completed } });

describe('the report of an embedded run', () => {
  it('measures from the end of the warm-up to the end of the load, whatever the drain takes', async () => {
    const report = await reported([{ intervalMs: 15_000, final: true, series: [requests(40, 40)] }]);
    expect(report.throughput.requests_per_second).toBe(5);
    expect(report.run.duration_s).toBe(15);
  });

  it('measures up to the end of a run that ended before, or up to its stop', async () => {
    const ended = [{ intervalMs: 6_000, final: true, series: [requests(40, 40)] }];
    expect((await reported(ended)).throughput.requests_per_second).toBe(10);
    expect((await reported(ended, { stoppedAtMs: 4_000 })).throughput.requests_per_second).toBe(20);
    expect((await reported(ended, { stoppedAtMs: 1_000 })).throughput.requests_per_second).toBeNull();
  });

  it('of a run with a shard that failed holds the equation: what has no outcome is lost, and shown', async () => {
    const report = await reported(
      [
        { shard: 0, series: [requests(10, 6)] },
        { shard: 1, series: [requests(5, 5)], final: true },
      ],
      { shards: 2, failure: 'Error: no memory left\n    at stack' },
    );
    expect(report.accounting).toEqual({
      scheduled: 15,
      completed: 11,
      failed: 0,
      dropped: 0,
      lost: 4,
      cancelled: 0,
    });
    expect(report.validity).toMatchObject({
      level: 'invalid',
      reasons: [
        { code: 'lost', measured: 4 / 15 },
        { code: 'incomplete', measured: 1 },
      ],
    });
    expect(report.notes.slice(0, 4)).toEqual([
      'checked',
      'of a worker',
      'The run ended early on an internal error: Error: no memory left. What was measured until then is here.',
      '1 shard did not send the last figures: requests without an outcome count as lost.',
    ]);
  });

  it('of a run that lost a process says how, before what follows from it', async () => {
    const report = await reported([{ series: [requests(10, 6)] }], {
      lostProcess: 'worker process 7 was killed (SIGKILL)',
    });
    expect(report.accounting).toMatchObject({ scheduled: 10, completed: 6, lost: 4 });
    expect(report.notes.slice(1, 4)).toEqual([
      'of a worker',
      'The run was stopped because worker process 7 was killed (SIGKILL). What was measured until then is here.',
      '1 shard did not send the last figures: requests without an outcome count as lost.',
    ]);
  });

  it('of a run that never got anywhere is empty, not an error', async () => {
    const report = await reported([]);
    expect(report.accounting.scheduled).toBe(0);
    expect(report.run.workers).toBe(0);
  });
});

describe('the report of a distributed run', () => {
  const plan = { ...planRun(scenarioOf(tenSeconds)), mode: 'distributed' as const };
  const gap = { region: 'eu', start_ms: 12_040, end_ms: 22_310, shards: 3, lost: 93 };

  /** Its notes, with this ending. */
  async function notes(ending: Partial<RunResult>, ofPlan: RunPlan = plan): Promise<readonly string[]> {
    await using transport = memoryTransport();
    const result = { ...(await resultIn(transport, ofPlan, AbortSignal.abort())), missing: [], ...ending };
    const none = {
      stopReason: undefined,
      stoppedAtMs: undefined,
      failure: undefined,
      lostProcess: undefined,
    };
    const report = reportOf(ofPlan, { result, startedAtEpochMs: 0, ...none, notes: [] }, []);
    expect(report.run.mode).toBe(ofPlan.mode ?? 'local');
    return report.notes;
  }

  it('says how its load moved between workers, and where it had none', async () => {
    const said = await notes({
      takeOvers: { yields: 12, losses: 3 },
      gaps: [gap, { ...gap, shards: 1, lost: 1 }],
    });
    expect(said.slice(0, 3)).toEqual([
      'Shards went on with other workers: 12 times handed over in order, 3 times taken over after the loss of a worker.',
      '3 shards of eu had no worker that lived from 12.0 to 22.3 s: 93 requests lost.',
      '1 shard of eu had no worker that lived from 12.0 to 22.3 s: 1 request lost.',
    ]);
  });

  it('tells five gaps, and how many more there are', async () => {
    const said = await notes({ gaps: Array.from({ length: 8 }, () => gap) });
    expect(said.filter((note) => note.includes('had no worker'))).toHaveLength(5);
    expect(said).toContain("3 more gaps of that kind: see `gaps` in the report's JSON.");
  });

  it('names the regions whose shards did not come to their end', async () => {
    const missing = ['eu', 'us', 'us'].map((region, shard) => ({ region, shard, sinceMs: 5000, lost: 1 }));
    expect((await notes({ missing }))[0]).toBe(
      '3 shards (eu: 1, us: 2) did not send the last figures: requests without an outcome count as lost.',
    );
  });

  it('says of several regions that they ran from here only where they did', async () => {
    const regions = [
      { name: 'eu', weight: 0.5 },
      { name: 'us', weight: 0.5 },
    ];
    const both = { ...plan, scenario: { ...plan.scenario, regions } };
    const { mode: _, ...local } = both;
    const here = "All regions ran from this machine: the regions' networks are not in these numbers.";
    expect(await notes({}, both)).not.toContain(here);
    expect(await notes({}, local)).toContain(here);
  });
});
