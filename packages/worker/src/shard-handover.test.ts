import type { Workload } from '@tokenstorm/core';
import { Random } from '@tokenstorm/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HandedShard } from './__fixtures__/handed-shard.ts';
import { accountingOf, planOf } from './__fixtures__/run-setup.ts';
import { whole, workload } from './request/__fixtures__/request-setup.ts';
import { done, finish, text } from './stream/__fixtures__/chat-stream.ts';
import { rawServer } from './wire/__fixtures__/raw-server.ts';

const answered = whole(text('a') + finish + done, 200, 'text/event-stream');

interface Course {
  readonly seed: number;
  readonly load: Workload['load'];
  readonly ends: readonly ('yield' | 'frozen')[];
}

/** Hands a shard through holders that end at seeded moments; each request of it has text of its own, by its index. */
async function handed({ seed, load, ends }: Course) {
  const random = new Random(`handover ${seed}`);
  await using server = await rawServer((socket) => {
    setTimeout(() => socket.destroyed || socket.write(answered), 1 + 20 * random.nextUnit());
  });
  const plan = {
    ...planOf([workload({ load, cacheBust: true, warmupMs: 150 })], server.origin),
    snapshotIntervalMs: 50,
  };
  const shard = new HandedShard(plan, 100);
  for (const end of ends) {
    const holder = await shard.take();
    holder.running.catch(() => {});
    await sleep(Math.max(0, -shard.elapsedMs) + 150 * random.nextUnit());
    await holder.end(end);
    if (shard.checkpoint?.final === true) break;
  }
  if (shard.checkpoint?.final !== true) await (await shard.take()).running;
  await shard.ended();
  const bodies = server.requests.map((request) => request.slice(request.indexOf('\r\n\r\n')));
  return { shard, bodies };
}

/** Requests of the schedule by what the last epoch that took it over says: those before it, and its own. */
function scheduledBy({ shard: { snapshots } }: Awaited<ReturnType<typeof handed>>): number {
  const last = snapshots.findLast(({ final }) => final)?.epoch;
  const ofLast = snapshots.filter(({ epoch }) => epoch === last);
  const before = ofLast[0]?.takeOver?.scheduledBefore ?? [];
  return before.reduce((sum, { scheduled }) => sum + scheduled, 0) + bothPhases(ofLast, 'scheduled');
}

function bothPhases(
  snapshots: Parameters<typeof accountingOf>[0],
  key: 'scheduled' | 'completed' | 'dropped',
): number {
  return accountingOf(snapshots)[key] + accountingOf(snapshots, 'warmup')[key];
}

const schedule = (maxInFlight: number): Workload['load'] => ({
  executor: 'ramping-arrival-rate',
  startRatePerSecond: 50,
  stages: [{ durationMs: 1500, target: 250 }],
  arrivals: 'poisson',
  maxInFlight,
});
/** The same schedule in one hand, once for all. */
const undisturbedRuns = new Map<number, ReturnType<typeof handed>>();
function arrivalsOf(maxInFlight: number): ReturnType<typeof handed> {
  const known =
    undisturbedRuns.get(maxInFlight) ?? handed({ seed: 0, load: schedule(maxInFlight), ends: [] });
  undisturbedRuns.set(maxInFlight, known);
  return known;
}

const thinkTimeMs = { kind: 'exponential', mean: 5 } as const;
const seeds = [1, 2, 3, 4, 5];
const anyEnds = (seed: number) => {
  const random = new Random(`ends ${seed}`);
  return Array.from({ length: 4 }, () => (random.nextUnit() < 0.5 ? 'yield' : 'frozen'));
};

describe('a shard that goes through many hands', () => {
  it.each(seeds)('sends no arrival twice, and tells of each (seed %i)', async (seed) => {
    const load = schedule(3);
    const undisturbed = await arrivalsOf(3);
    const course = await handed({ seed, load, ends: anyEnds(seed) });
    expect(new Set(course.bodies).size).toBe(course.bodies.length);
    // The arrivals are the same, whoever sends them.
    expect(scheduledBy(course)).toBe(scheduledBy(undisturbed));
    const { snapshots } = course.shard;
    const [completed, dropped] = [bothPhases(snapshots, 'completed'), bothPhases(snapshots, 'dropped')];
    expect(completed).toBeLessThanOrEqual(course.bodies.length);
    expect(course.bodies.length + dropped).toBeLessThanOrEqual(scheduledBy(course));
    expect(bothPhases(snapshots, 'scheduled')).toBeLessThanOrEqual(scheduledBy(course));
  });

  it.each(seeds.slice(0, 2))('loses nothing where each gives it back (seed %i)', async (seed) => {
    const load = schedule(1000);
    const undisturbed = await arrivalsOf(1000);
    const course = await handed({ seed, load, ends: ['yield', 'yield', 'yield', 'yield'] });
    expect(course.shard.epochs).toBeGreaterThan(1);
    expect(course.bodies.toSorted()).toEqual(undisturbed.bodies.toSorted());
    expect(bothPhases(course.shard.snapshots, 'completed')).toBe(course.bodies.length);
    expect(bothPhases(course.shard.snapshots, 'scheduled')).toBe(course.bodies.length);
  });

  it.each(seeds)('begins no iteration twice, and tells of each (seed %i)', async (seed) => {
    const load = { executor: 'shared-iterations', vus: 4, iterations: 120, thinkTimeMs } as const;
    const course = await handed({ seed, load, ends: anyEnds(seed) });
    expect(new Set(course.bodies).size).toBe(course.bodies.length);
    expect(scheduledBy(course)).toBe(120);
    expect(course.bodies.length).toBeLessThanOrEqual(120);
    const completed = bothPhases(course.shard.snapshots, 'completed');
    expect(completed).toBeLessThanOrEqual(course.bodies.length);
    if (anyEnds(seed).every((end) => end === 'yield')) expect(completed).toBe(120);
  });

  it.each(seeds.slice(0, 2))('begins every iteration where each gives it back (seed %i)', async (seed) => {
    const load = { executor: 'shared-iterations', vus: 4, iterations: 120, thinkTimeMs } as const;
    const course = await handed({ seed, load, ends: ['yield', 'yield', 'yield'] });
    expect(course.bodies).toHaveLength(120);
    expect(bothPhases(course.shard.snapshots, 'completed')).toBe(120);
    expect(bothPhases(course.shard.snapshots, 'scheduled')).toBe(120);
  });
});
