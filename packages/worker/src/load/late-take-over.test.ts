import { SeriesRecorder, arrivals, sliceArrivals } from '@tokenstorm/core';
import type { OpenLoopProfile, ShardCheckpoint, StreamState } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { TestLease, planOf, transportOf, unlimited } from '../__fixtures__/run-setup.ts';
import { Engine } from '../engine.ts';
import { workload } from '../request/__fixtures__/request-setup.ts';
import { RunControl } from '../run-control.ts';
import { ShardControl } from '../shard-control.ts';
import { loadSource } from './load-sources.ts';
import { TargetLoad } from './target-load.ts';
import type { Start } from './target-load.ts';

const shards = 32;
const doneBefore = 2_000_000;
const profile: OpenLoopProfile = {
  executor: 'constant-arrival-rate',
  ratePerSecond: 1000,
  durationMs: 3_000_000,
  arrivals: 'poisson',
  maxInFlight: 1000,
};
const described = workload({ load: profile, warmupMs: 1000 });
const plan = planOf([described], 'http://127.0.0.1:1', { shards });
/** By the scenario's seed, and the names of the fixtures. */
const options = { seed: `${plan.scenario.seed}/load/own/m/eu`, share: 1, phase: 0 };

/** The run as holders before left it after so many arrivals: what they would have sent is computed, and not sent. */
function longRun() {
  const stream = arrivals(profile, options);
  const all = sliceArrivals(stream, 0, 1);
  let warmup = 0;
  for (let index = 0; index < doneBefore; index += 1)
    if ((all.next().value?.offsetMs ?? Infinity) < 1000) warmup += 1;
  const state = all.stateAt(doneBefore)!;
  return { state, warmup, nextOffsetMs: all.next().value!.offsetMs };
}

function checkpointOf(shard: number, state: StreamState, warmup: number): ShardCheckpoint {
  return {
    epoch: 1,
    sequence: 2000,
    accountedUpToMs: 0,
    inFlight: 0,
    positions: { 'load/own/m': doneBefore / shards },
    begunInWarmup: { 'load/own/m': Math.floor(warmup / shards) + (shard < warmup % shards ? 1 : 0) },
    streams: { 'load/own/m': state },
    yielded: true,
    final: false,
  };
}

it('all shards of a schedule of 2,000,000 arrivals go on at once, with none of those that are due left out', async () => {
  const { state, warmup, nextOffsetMs } = longRun();
  await using engine = new Engine({ plan, transport: transportOf(), workerId: 'w2', environment: {} });
  await engine.prepare('eu');
  const runStartMs = engine.clock.nowMs() - nextOffsetMs;
  const starts: Start[] = [];
  const sources = Array.from({ length: shards }, (_, shard) => {
    const checkpoint = checkpointOf(shard, state, warmup);
    const lease = new TestLease(plan, { shard, epoch: 2, checkpoint });
    const window = { startMs: 0, endMs: 0 };
    const labels = { provider: 'own', model: 'm', scenario: 'load', region: 'eu', phase: 'main' } as const;
    const recorder = new SeriesRecorder(labels, {}, window);
    const recorders = { warmup: recorder, main: recorder };
    const client = engine.clients.client('own/m', 'eu', 1000);
    const parts = { workload: described, client, recorders, window, right: unlimited, onRecord: () => {} };
    const target = new TargetLoad(parts, engine);
    target.send = (start) => void starts.push(start);
    target.begin(runStartMs);
    const run = new RunControl(engine.clock);
    const signal = new AbortController().signal;
    const control = new ShardControl(run, lease, signal, () => engine.clock.nowMs());
    return loadSource(target, { lease, engine, control });
  });
  const before = await Promise.all(sources.map((source) => source.takeUp()));
  const running = sources.map((source) => source.run());
  while (starts.length < 500) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const source of sources) source.stop();
  await Promise.all(running);
  // Nothing but what was done before is passed over: none is lost.
  const sum = (phase: 'warmup' | 'main') => before.reduce((total, counts) => total + counts![phase], 0);
  expect([sum('warmup'), sum('main')]).toEqual([warmup, doneBefore - warmup]);
  const indexes = starts.map(({ arrivalIndex }) => arrivalIndex).toSorted((a, b) => a - b);
  expect(indexes).toEqual(Array.from(starts, (_, sent) => doneBefore + sent));
});
