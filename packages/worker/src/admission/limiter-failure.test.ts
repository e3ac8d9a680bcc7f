import type { Workload } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { accountingOf, planOf, TestLease, transportOf } from '../__fixtures__/run-setup.ts';
import { Engine } from '../engine.ts';
import { workload } from '../request/__fixtures__/request-setup.ts';
import { RunControl } from '../run-control.ts';
import { ShardControl } from '../shard-control.ts';
import { WorkerClosing } from '../worker-closing.ts';
import { runShard } from '../shard-runner.ts';

const load: Workload['load'] = {
  executor: 'constant-vus',
  vus: 5,
  durationMs: 60_000,
  thinkTimeMs: { kind: 'fixed', value: 0 },
};

/** A shard whose limiter has gone; its provider has limits. The run starts at once where nothing warms up. */
function shardWithoutLimiter(warmupRequests: number) {
  const plan = planOf([workload({ load })], undefined, { execution: { warmupRequests, maxConcurrency: 2 } });
  const limits = [{ provider: 'own', requestsPerMinute: 60, burstSeconds: 1 }];
  const limited = { ...plan, snapshotIntervalMs: 50, scenario: { ...plan.scenario, limits } };
  const gone = async () => {
    throw new Error('connection lost');
  };
  const transport = { ...transportOf(), limiter: () => ({ take: gone, settle: gone, lower: gone }) };
  const engine = new Engine({ plan: limited, transport, workerId: 'w1', environment: {} });
  const control = new RunControl(transport.clock);
  if (warmupRequests === 0) control.observe({ type: 'run-start', startAtEpochMs: transport.clock.epochMs() });
  const lease = new TestLease(limited);
  return {
    engine,
    lease,
    run: () =>
      runShard({
        lease,
        engine,
        control: new ShardControl(control, lease, new AbortController().signal, () =>
          transport.clock.nowMs(),
        ),
        closing: new WorkerClosing(0),
        onLetGo: () => {},
        onUncommitted: () => {},
      }),
  };
}

const reason = 'the limits of own can no longer be kept: connection lost';

it('a limiter that fails ends the shard: nothing is sent, and who waited is cancelled', async () => {
  const { engine, lease, run } = shardWithoutLimiter(0);
  await using _engine = engine;
  await expect(run()).rejects.toThrow(reason);
  const { scheduled, ...outcomes } = accountingOf(lease.snapshots);
  expect(scheduled).toBeGreaterThan(0);
  expect(outcomes).toEqual({ completed: 0, failed: 0, dropped: 0, lost: 0, cancelled: scheduled });
});

it('a limiter that fails in the warm-up ends it', async () => {
  const { engine, run } = shardWithoutLimiter(3);
  await using _engine = engine;
  await expect(run()).rejects.toThrow(reason);
});
