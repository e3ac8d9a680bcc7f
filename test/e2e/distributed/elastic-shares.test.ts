import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandEnd, CommandProcess } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { monotonicMs } from '../../support/monotonic.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';
import type { Truth } from '../../support/truth.ts';

const ratePerSecond = 60;
/** A stream of 20 s with few tokens: 1,200 of them are open at a time. */
const longAnswer = { ttftMs: 50, itlMs: 2000, tokens: 11 };
const shortAnswer = { ttftMs: 50, itlMs: 20, tokens: 5 };
/** Of G10: a worker that joins has its share within so long; shards of a killed one go on within so long. */
const sharedAfterMs = 5000;
const recoveredAfterMs = 15_000;

interface RunEnd {
  readonly report: Report;
  readonly truth: readonly Truth[];
}

/** One run whose workers come and go in order, and beside it, in a region of its own, one of which a worker is killed. */
describe('a fleet that changes under way', () => {
  let simulator: SimulatorProcess;
  let fleet: Fleet;
  let moving: RunEnd;
  let killed: RunEnd;
  let leaver: CommandEnd;
  const atMs = { joined: 0, left: 0, killed: 0 };

  beforeAll(async () => {
    simulator = await simulatorProcess();
    await simulator.setModels({ moving: longAnswer, killed: shortAnswer });
    fleet = await Fleet.start({ workers: { moving: 2, killed: 3 } });
    const runs = [await startRun('moving', 60), await startRun('killed', 45)] as const;
    const begun = Promise.all([startOf('moving'), startOf('killed')]);
    const failed = Promise.race(runs.map(({ process }) => process.ended));
    const startMs = await Promise.race([begun.then(([ms]) => ms), failed.then(({ stderr }) => stderr)]);
    if (typeof startMs === 'string') throw new Error(startMs);
    const joining = joinAt(startMs + 18_000);
    await sleep(startMs + 20_000 - monotonicMs());
    atMs.killed = monotonicMs();
    fleet.workers[4]?.signal('SIGKILL');
    await joining;
    // A busy machine takes its time to start a process: the shares are of a while all the same.
    await sleep(Math.max(startMs + 40_000, atMs.joined + sharedAfterMs + 8000) - monotonicMs());
    atMs.left = monotonicMs();
    fleet.workers[0]?.signal('SIGTERM');
    leaver = await (fleet.workers[0] as CommandProcess).ended;
    const [ofMoving, ofKilled] = await Promise.all([runs[0].end(), runs[1].end()]);
    const truth = await readTruth(simulator.url);
    const of = (model: string) => truth.filter((record) => record.model === model);
    moving = { report: ofMoving.report, truth: of('moving') };
    killed = { report: ofKilled.report, truth: of('killed') };
  }, 180_000);

  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
    await simulator.close();
  });

  function startRun(name: string, seconds: number) {
    const load = { ...steady(ratePerSecond, seconds), max_in_flight: 5000 };
    const scenario = fleetScenario(
      simulator.url,
      { [name]: load },
      {
        regions: { [name]: '100%' },
        defaults: {
          synthetic: { input_tokens: 24, unique: true },
          graceful_stop: '30s',
          headers: { 'x-client': '${WORKER_NAME}' },
        },
      },
    );
    return fleet.run(scenario, ['--min-workers', '2']);
  }

  /** When its first request was received. */
  async function startOf(model: string): Promise<number> {
    await until(`the first request to ${model}`, async () => {
      const { models } = await simulator.summary();
      return (models[model]?.received ?? 0) > 0;
    });
    return monotonicMs();
  }

  async function joinAt(momentMs: number): Promise<void> {
    await sleep(momentMs - monotonicMs());
    const joiner = fleet.worker('moving');
    await until('the worker to join', () => joiner.stderr.includes('ready for shards'));
    atMs.joined = monotonicMs();
  }

  it('loses nothing where workers come and go in order, and counts everything once', () => {
    const { report, truth } = moving;
    expect(report.accounting).toMatchObject({
      scheduled: 3600,
      completed: 3600,
      failed: 0,
      dropped: 0,
      lost: 0,
    });
    expect(truth).toHaveLength(3600);
    expect(new Set(truth.map(({ body_hash }) => body_hash)).size).toBe(3600);
    expect(truth.filter(({ outcome }) => outcome !== 'completed')).toEqual([]);
  });

  it('gives a worker that joins its fair share within 5 s', () => {
    const shares = sharesOf(moving.truth, atMs.joined + sharedAfterMs, atMs.left);
    expect(new Set(shares.keys())).toEqual(new Set(['worker-1', 'worker-2', 'worker-6']));
    for (const share of shares.values()) expect(Math.abs(3 * share - 1)).toBeLessThan(0.1);
  });

  it('shares what a worker had that is told to end within 5 s, and lets its streams finish', () => {
    const shares = sharesOf(moving.truth, atMs.left + sharedAfterMs, Infinity);
    expect(new Set(shares.keys())).toEqual(new Set(['worker-2', 'worker-6']));
    for (const share of shares.values()) expect(Math.abs(2 * share - 1)).toBeLessThan(0.1);
    expect(leaver.exitCode).toBe(0);
    const its = moving.truth.filter(({ client }) => client === 'worker-1');
    // It had streams open for 20 s from then on, and ended all of them as any other.
    expect(Math.max(...its.map(({ received_at_ms }) => received_at_ms))).toBeGreaterThan(atMs.left);
    expect(its.filter(({ outcome }) => outcome !== 'completed')).toEqual([]);
  });

  it('covers a worker that is killed within 15 s, at the full rate, in fair shares', () => {
    const { report, truth } = killed;
    const { scheduled, completed, failed, dropped, lost, cancelled } = report.accounting;
    expect({ scheduled, sum: completed + lost }).toEqual({ scheduled: 2700, sum: 2700 });
    expect({ failed, dropped, cancelled }).toEqual({ failed: 0, dropped: 0, cancelled: 0 });
    const fromMs = atMs.killed + recoveredAfterMs;
    const received = truth.filter(({ received_at_ms }) => received_at_ms >= fromMs);
    const shares = sharesOf(truth, fromMs, Infinity);
    expect(new Set(shares.keys())).toEqual(new Set(['worker-3', 'worker-4']));
    for (const share of shares.values()) expect(Math.abs(2 * share - 1)).toBeLessThan(0.1);
    const seconds = (Math.max(...received.map(({ received_at_ms }) => received_at_ms)) - fromMs) / 1000;
    expect(Math.abs(received.length / seconds / ratePerSecond - 1)).toBeLessThan(0.05);
    // What was received and is not counted as completed was on its way when its worker died.
    expect(new Set(truth.map(({ body_hash }) => body_hash)).size).toBe(truth.length);
    expect(truth.length - completed).toBeLessThanOrEqual(lost);
  });
});

/** Shares of those who sent what was received in this time. */
function sharesOf(truth: readonly Truth[], fromMs: number, toMs: number): ReadonlyMap<string | null, number> {
  const received = truth.filter(({ received_at_ms: ms }) => ms >= fromMs && ms < toMs);
  const byClient = Map.groupBy(received, ({ client }) => client);
  return new Map([...byClient].map(([client, its]) => [client, its.length / received.length]));
}
