import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivals, plannedArrivals } from './arrivals.ts';
import type { Arrival, ArrivalLaw, ConstantArrivalRate, OpenLoopProfile, Stage } from './load-profile.ts';
import { sliceArrivals } from './slice-arrivals.ts';

const laws = fc.oneof(
  fc.constantFrom<ArrivalLaw>('constant', 'poisson'),
  fc.double({ min: 0.1, max: 10, noNaN: true }).map((burstiness) => ({ gamma: { burstiness } })),
);
const rates = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 100_000_000 }).map((millionths) => millionths / 1e6),
  fc.integer({ min: 1, max: 100 }),
);
const stages = fc.record({ durationMs: fc.integer({ min: 0, max: 5000 }), target: rates });
const streams = fc.record({
  seed: fc.string(),
  share: fc.constantFrom(1, 0.5, 0.3, 0.1, 0),
  phase: fc.constantFrom(0, 0.25, 0.7),
});
const loads: fc.Arbitrary<OpenLoopProfile> = fc
  .record({ start: rates, steps: fc.array(stages, { maxLength: 5 }), law: laws })
  .map(({ start, steps, law }) => ramp(start, steps, law));

function ramp(startRatePerSecond: number, steps: readonly Stage[], law: ArrivalLaw): OpenLoopProfile {
  return {
    executor: 'ramping-arrival-rate',
    startRatePerSecond,
    stages: steps,
    arrivals: law,
    maxInFlight: 1,
  };
}

function steady(
  ratePerSecond: number,
  durationMs: number,
  law: ArrivalLaw = 'constant',
): ConstantArrivalRate {
  return { executor: 'constant-arrival-rate', ratePerSecond, durationMs, arrivals: law, maxInFlight: 1 };
}

const whole = { seed: 'seed', share: 1, phase: 0 };
const offsets = (schedule: Iterable<Arrival>) => Array.from(schedule, (arrival) => arrival.offsetMs);

describe('arrivals', () => {
  it('numbers them from 0, in ascending order, before the end', () => {
    fc.assert(
      fc.property(loads, streams, (load, stream) => {
        const durationMs =
          'stages' in load ? load.stages.reduce((sum, stage) => sum + stage.durationMs, 0) : NaN;
        let [count, lastMs] = [0, 0];
        for (const { index, offsetMs } of arrivals(load, stream)) {
          expect(index).toBe(count);
          expect(offsetMs >= lastMs && offsetMs <= durationMs).toBe(true);
          [count, lastMs] = [count + 1, offsetMs];
        }
      }),
    );
  });

  it('is the union of its parts, for 1 to 64 of them', () => {
    fc.assert(
      fc.property(loads, streams, fc.integer({ min: 1, max: 64 }), (load, options, count) => {
        const stream = arrivals(load, options);
        const parts = Array.from({ length: count }, (_, slice) => [...sliceArrivals(stream, slice, count)]);
        parts.forEach((part, slice) => expect(part.every(({ index }) => index % count === slice)).toBe(true));
        const union = parts.flat().toSorted((a, b) => a.index - b.index);
        expect(union).toEqual([...stream]);
      }),
    );
  });

  it('has as many constant arrivals as planned, give or take the broken one', () => {
    fc.assert(
      fc.property(loads, streams, (load, stream) => {
        const count = offsets(arrivals({ ...load, arrivals: 'constant' }, stream)).length;
        expect(Math.abs(count - plannedArrivals(load, stream.share))).toBeLessThan(1);
      }),
    );
  });

  it('has exactly rate x share x duration constant arrivals where that is whole, at any phase', () => {
    const ratio = fc.integer({ min: 1, max: 99 });
    const phase = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(ratio, fc.integer({ min: 1, max: 50 }), phase, (percent, seconds, at) => {
        // percent / 100 and 1 - percent / 100 are mostly no exact binary fractions.
        const load = steady(100, seconds * 1000);
        const count = (share: number) => offsets(arrivals(load, { seed: '', share, phase: at })).length;
        expect(count(percent / 100)).toBe(percent * seconds);
        expect(count(1 - percent / 100)).toBe((100 - percent) * seconds);
      }),
    );
  });

  it('spaces constant arrivals exactly, without adding up an error', () => {
    const times = offsets(arrivals(steady(20, 3_600_000), whole));
    expect(times).toHaveLength(72_000);
    expect(times.every((offsetMs, index) => offsetMs === index * 50)).toBe(true);
    expect(offsets(arrivals(steady(4, 1000), { ...whole, phase: 0.5 }))).toEqual([125, 375, 625, 875]);
    expect(offsets(arrivals(steady(4, 1000), { ...whole, share: 0.5 }))).toEqual([0, 500]);
  });

  it('follows a rise and a fall: 0 to 2 per second and back', () => {
    const load = ramp(
      0,
      [
        { durationMs: 4000, target: 2 },
        { durationMs: 4000, target: 0 },
      ],
      'constant',
    );
    // Rising, request n is due at sqrt(4 n) s; falling, the n-th from the end at 8 - sqrt(4 n) s.
    const expected = [0, 2, Math.sqrt(8), Math.sqrt(12), 4, 8 - Math.sqrt(12), 8 - Math.sqrt(8), 6];
    const times = offsets(arrivals(load, whole));
    expect(times).toHaveLength(8);
    times.forEach((offsetMs, index) => expect(offsetMs).toBeCloseTo((expected[index] ?? NaN) * 1000, 8));
  });

  it('steps over stages without a rate and jumps in those without a duration', () => {
    const load = ramp(
      2,
      [
        { durationMs: 1000, target: 2 },
        { durationMs: 0, target: 0 },
        { durationMs: 5000, target: 0 },
        { durationMs: 0, target: 4 },
        { durationMs: 500, target: 4 },
      ],
      'constant',
    );
    expect(offsets(arrivals(load, whole))).toEqual([0, 500, 6000, 6250]);
  });

  it.each<[string, OpenLoopProfile, number]>([
    ['no rate', steady(0, 1000, 'poisson'), 1],
    ['no duration', steady(10, 0, 'poisson'), 1],
    ['no stages', ramp(10, [], 'constant'), 1],
    ['no share', steady(10, 1000), 0],
    ['no share, at random', steady(10, 1000, 'poisson'), 0],
  ])('is empty with %s', (_, load, share) => {
    expect([...arrivals(load, { ...whole, share })]).toEqual([]);
    expect(plannedArrivals(load, share)).toBe(0);
  });

  it.each<[ArrivalLaw]>([['poisson'], [{ gamma: { burstiness: 0.5 } }]])(
    'depends on the seed alone: %j',
    (law) => {
      const of = (seed: string) => offsets(arrivals(steady(100, 10_000, law), { ...whole, seed }));
      expect(of('1/chat/eu')).toEqual(of('1/chat/eu'));
      expect(of('1/chat/us')).not.toEqual(of('1/chat/eu'));
      expect(of('2/chat/eu')).not.toEqual(of('1/chat/eu'));
    },
  );

  it('computes each arrival only when it is asked for', () => {
    const endless = arrivals(steady(1e6, Number.MAX_SAFE_INTEGER, 'poisson'), whole)[Symbol.iterator]();
    expect(endless.next().value?.index).toBe(0);
    expect(endless.next().value?.index).toBe(1);
  });
});

describe('plannedArrivals', () => {
  it('is the integral of the rate, times the share', () => {
    expect(plannedArrivals(steady(20, 300_000), 1)).toBe(6000);
    expect(plannedArrivals(ramp(0, [{ durationMs: 10_000, target: 20 }], 'poisson'), 0.25)).toBe(25);
  });
});
