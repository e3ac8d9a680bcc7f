import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClosedLoopProfile, RampingVus, Stage } from './load-profile.ts';
import { planShards } from './shards.ts';
import { userChanges } from './virtual-users.ts';
import type { UserChange } from './virtual-users.ts';

const thinkTimeMs = { kind: 'fixed', value: 0 } as const;
const alone = [{ name: 'default', weight: 1 }];
const halves = [
  { name: 'eu', weight: 0.5 },
  { name: 'us', weight: 0.5 },
];

function ramp(startVus: number, ...stages: Stage[]): RampingVus {
  return { executor: 'ramping-vus', startVus, stages, thinkTimeMs };
}

const ramps = fc
  .record({
    start: fc.integer({ min: 0, max: 40 }),
    stages: fc.array(
      fc.record({ durationMs: fc.integer({ min: 0, max: 1000 }), target: fc.integer({ min: 0, max: 40 }) }),
      { maxLength: 5 },
    ),
  })
  .map(({ start, stages }) => ramp(start, ...stages));
const regionLists = fc
  .array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 })
  .map((weights) => weights.map((weight, index) => ({ name: `r${index}`, weight })));

function changesOfShards(
  load: ClosedLoopProfile,
  regions: typeof halves,
  shardsPerRegion: number,
): UserChange[][] {
  return planShards(regions, shardsPerRegion).map((shard) => [...userChanges(load, regions, shard)]);
}

const activeAt = (changes: readonly UserChange[], timeMs: number) =>
  changes.findLast(({ offsetMs }) => offsetMs <= timeMs)?.users ?? 0;

/** Users of the whole run by k6's rule, from the profile alone. */
function usersAt(load: RampingVus, timeMs: number): number {
  let [from, startMs] = [load.startVus, 0];
  for (const { target, durationMs } of load.stages) {
    if (timeMs < startMs + durationMs) {
      const users = from + ((target - from) * (timeMs - startMs)) / durationMs;
      return target > from ? Math.floor(users) : Math.ceil(users);
    }
    [from, startMs] = [target, startMs + durationMs];
  }
  return 0;
}

describe('userChanges', () => {
  it('starts and retires users one at a time along a ramp', () => {
    const load = ramp(
      1,
      { durationMs: 2000, target: 3 },
      { durationMs: 1000, target: 3 },
      { durationMs: 400, target: 1 },
    );
    expect(changesOfShards(load, alone, 1)).toEqual([
      [
        { offsetMs: 0, users: 1 },
        { offsetMs: 1000, users: 2 },
        { offsetMs: 2000, users: 3 },
        { offsetMs: 3200, users: 2 },
        { offsetMs: 3400, users: 0 },
      ],
    ]);
  });

  it('jumps in a stage without duration, also at the start', () => {
    const load = ramp(
      0,
      { durationMs: 0, target: 50 },
      { durationMs: 100, target: 50 },
      { durationMs: 0, target: 20 },
      {
        durationMs: 100,
        target: 20,
      },
    );
    expect(changesOfShards(load, alone, 1)).toEqual([
      [
        { offsetMs: 0, users: 50 },
        { offsetMs: 100, users: 20 },
        { offsetMs: 200, users: 0 },
      ],
    ]);
  });

  it('splits a ramp between regions as k6 does between segments', () => {
    const load = ramp(0, { durationMs: 4000, target: 4 });
    expect(changesOfShards(load, halves, 1)).toEqual([
      [
        { offsetMs: 0, users: 0 },
        { offsetMs: 1000, users: 1 },
        { offsetMs: 3000, users: 2 },
        { offsetMs: 4000, users: 0 },
      ],
      [
        { offsetMs: 0, users: 0 },
        { offsetMs: 2000, users: 1 },
        { offsetMs: 4000, users: 0 },
      ],
    ]);
  });

  it('keeps constant users from the start to the end', () => {
    const load = { executor: 'constant-vus', vus: 3, durationMs: 500, thinkTimeMs } as const;
    expect(changesOfShards(load, alone, 2)).toEqual([
      [
        { offsetMs: 0, users: 2 },
        { offsetMs: 500, users: 0 },
      ],
      [
        { offsetMs: 0, users: 1 },
        { offsetMs: 500, users: 0 },
      ],
    ]);
  });

  it('has one entry for shared iterations, which end by themselves', () => {
    const load = { executor: 'shared-iterations', vus: 3, iterations: 10, thinkTimeMs } as const;
    expect(changesOfShards(load, alone, 4).map((changes) => changes.map(({ users }) => users))).toEqual([
      [1],
      [1],
      [1],
      [0],
    ]);
  });

  it('starts at 0, ascends, repeats nothing and ends with no user', () => {
    fc.assert(
      fc.property(ramps, regionLists, fc.integer({ min: 1, max: 4 }), (load, regions, shardsPerRegion) => {
        for (const changes of changesOfShards(load, regions, shardsPerRegion)) {
          expect(changes[0]?.offsetMs).toBe(0);
          expect(changes.at(-1)?.users).toBe(0);
          changes.slice(1).forEach((change, index) => {
            expect(change.offsetMs).toBeGreaterThan(changes[index]?.offsetMs ?? NaN);
            expect(change.users).not.toBe(changes[index]?.users);
          });
        }
      }),
    );
  });

  it('sums over all shards to the users of the run at any time', () => {
    const times = fc.double({ min: 0, max: 6000, noNaN: true });
    fc.assert(
      fc.property(
        ramps,
        regionLists,
        fc.integer({ min: 1, max: 4 }),
        times,
        (load, regions, shardsPerRegion, timeMs) => {
          const changes = changesOfShards(load, regions, shardsPerRegion);
          const active = changes.reduce((sum, shard) => sum + activeAt(shard, timeMs), 0);
          expect(active).toBe(usersAt(load, timeMs));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never retires a user while the total rises', () => {
    fc.assert(
      fc.property(regionLists, fc.integer({ min: 1, max: 60 }), (regions, target) => {
        const load = ramp(0, { durationMs: 1000, target });
        for (const changes of changesOfShards(load, regions, 2)) {
          const rising = changes.slice(0, -1).map(({ users }) => users);
          expect(rising).toEqual(rising.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
