import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivals } from './arrivals.ts';
import type { StreamState } from './arrivals.ts';
import type { ArrivalLaw, OpenLoopProfile } from './load-profile.ts';
import { SliceArrivals, sliceArrivals } from './slice-arrivals.ts';

const laws: readonly ArrivalLaw[] = [
  'constant',
  'poisson',
  { gamma: { burstiness: 0.3 } },
  { gamma: { burstiness: 7 } },
];
const constant = { executor: 'constant-arrival-rate', ratePerSecond: 170.3, durationMs: 20_000 } as const;
const ramping = {
  executor: 'ramping-arrival-rate',
  startRatePerSecond: 10,
  stages: [
    { durationMs: 5000, target: 300 },
    { durationMs: 0, target: 20 },
    { durationMs: 3000, target: 0 },
    { durationMs: 1000, target: 0 },
    { durationMs: 8000, target: 250 },
  ],
} as const;
const profiles = [constant, ramping].flatMap((load) =>
  laws.map((law): OpenLoopProfile => ({ ...load, arrivals: law, maxInFlight: 1 })),
);

/** As a checkpoint carries it to another process. */
const carried = (state: StreamState | undefined) => JSON.parse(JSON.stringify(state)) as StreamState;

describe.each(profiles)('a slice of $executor with arrivals $arrivals', (load) => {
  it('goes on from a state as if nothing had happened, to the last bit', () => {
    const positions = fc.record({
      count: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 200, max: 2000 })),
      slice: fc.nat(),
      position: fc.nat(),
      ahead: fc.integer({ min: 0, max: 3 }),
      seed: fc.string(),
      share: fc.constantFrom(1, 0.3),
    });
    fc.assert(
      fc.property(positions, ({ count, ahead, seed, share, ...any }) => {
        const options = { seed, share, phase: 0.25 };
        const slice = any.slice % count;
        const all = [...sliceArrivals(arrivals(load, options), slice, count)];
        const position = any.position % (all.length + 1);
        const before = sliceArrivals(arrivals(load, options), slice, count);
        for (let taken = 0; taken < position + ahead; taken += 1) before.next();
        const state = carried(before.stateAt(position));
        const after = new SliceArrivals(arrivals(load, options), slice, count, { position, state });
        expect([...after]).toEqual(all.slice(position));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a state', () => {
  const poisson: OpenLoopProfile = { ...constant, ratePerSecond: 1000, arrivals: 'poisson', maxInFlight: 1 };
  const options = { seed: 'state', share: 1, phase: 0 };

  it('is a few hundred arrivals before the next one, however far that is', () => {
    const slice = sliceArrivals(arrivals(poisson, options), 3, 64);
    for (let position = 0; slice.next().done !== true; position += 1) {
      const next = position * 64 + 3;
      const { index } = slice.stateAt(position)!;
      expect(index <= next && next - index < 256).toBe(true);
    }
  });

  it('is shared with the chunks by those who take slices of one stream', () => {
    const stream = arrivals(poisson, options);
    const [one, other] = [sliceArrivals(stream, 0, 2), sliceArrivals(stream, 1, 2)];
    for (let taken = 0; taken < 1000; taken += 1) {
      one.next();
      other.next();
      expect(one.stateAt(taken)).toBe(other.stateAt(taken));
    }
  });

  it('is not known any more of what lies far back', () => {
    const slice = sliceArrivals(arrivals(poisson, options), 0, 1);
    for (let taken = 0; taken < 10_000; taken += 1) slice.next();
    expect(slice.stateAt(0)).toBeUndefined();
  });
});
