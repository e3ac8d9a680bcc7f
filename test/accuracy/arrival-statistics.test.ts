import { arrivals, planShards, sliceArrivals } from '@tokenstorm/core';
import type { ArrivalLaw, OpenLoopProfile, Region } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import {
  coefficientOfVariation,
  countsPerInterval,
  gaps,
  indexOfDispersion,
  mean,
  variance,
} from '../support/statistics.ts';

const seconds = 5000;
const ratePerSecond = 20;
const europe = { name: 'eu-west', weight: 0.5 };
const regions: Region[] = [europe, { name: 'us-east', weight: 0.3 }, { name: 'ap-south', weight: 0.2 }];
const seeds = [1, 42, 20_260_101];

function steady(law: ArrivalLaw): OpenLoopProfile {
  const durationMs = seconds * 1000;
  return { executor: 'constant-arrival-rate', ratePerSecond, durationMs, arrivals: law, maxInFlight: 1000 };
}

/** Intended starts of one region in ms, collected from its shards; `phases` are those of the streams to its targets. */
function startsOf(load: OpenLoopProfile, region: Region, seed: number, shards = 8, phases = [0]): number[] {
  const slices = planShards(regions, shards).filter((shard) => shard.region === region.name);
  return phases
    .map((phase) =>
      arrivals(load, { seed: `${seed}/steady/own/${region.name}`, share: region.weight, phase }),
    )
    .flatMap((stream) => slices.flatMap(({ slice, count }) => [...sliceArrivals(stream, slice, count)]))
    .map(({ offsetMs }) => offsetMs)
    .toSorted((a, b) => a - b);
}

const cases = seeds.flatMap((seed) => regions.map((region) => ({ seed, region })));

describe.each(cases)('region $region.name, seed $seed', ({ seed, region }) => {
  const expected = ratePerSecond * region.weight * seconds;

  it('sends Poisson arrivals at the rate asked for, dispersed like a Poisson process', () => {
    const starts = startsOf(steady('poisson'), region, seed);
    expect(Math.abs(starts.length - expected)).toBeLessThan(3 * Math.sqrt(expected));
    const dispersion = indexOfDispersion(countsPerInterval(starts, 1000, seconds));
    expect(dispersion).toBeGreaterThan(0.9);
    expect(dispersion).toBeLessThan(1.1);
    expect(Math.abs(coefficientOfVariation(gaps(starts)) - 1)).toBeLessThan(0.03);
  });

  it('spreads the gaps of Poisson arrivals exponentially', () => {
    const spaces = gaps(startsOf(steady('poisson'), region, seed)).toSorted((a, b) => a - b);
    const meanGap = 1000 / (ratePerSecond * region.weight);
    // Kolmogorov and Smirnov's distance, and its quantile for a significance of 0.1 %.
    const distance = spaces.reduce(
      (most, gap, index) =>
        Math.max(most, Math.abs(1 - Math.exp(-gap / meanGap) - (index + 0.5) / spaces.length)),
      0,
    );
    expect(distance).toBeLessThan(1.95 / Math.sqrt(spaces.length));
  });

  it.each([0.25, 0.5, 4])(
    'sends gamma arrivals of burstiness %d at the rate and as bursty as asked',
    (burstiness) => {
      const starts = startsOf(steady({ gamma: { burstiness } }), region, seed);
      const variation = 1 / Math.sqrt(burstiness);
      expect(Math.abs(starts.length - expected)).toBeLessThan(3 * Math.sqrt(expected) * variation);
      expect(coefficientOfVariation(gaps(starts)) / variation).toBeGreaterThan(0.95);
      expect(coefficientOfVariation(gaps(starts)) / variation).toBeLessThan(1.05);
    },
  );

  it('sends constant arrivals evenly, exactly as many as asked for', () => {
    const starts = startsOf(steady('constant'), region, seed);
    expect(starts).toHaveLength(Math.round(expected));
    expect(coefficientOfVariation(gaps(starts))).toBeLessThan(1e-6);
  });

  it('keeps constant arrivals even over two targets together', () => {
    const starts = startsOf(steady('constant'), region, seed, 8, [0, 0.5]);
    expect(starts).toHaveLength(Math.round(2 * expected));
    expect(coefficientOfVariation(gaps(starts))).toBeLessThan(0.02);
  });

  it('sends the same for any number of shards, and other arrivals for another seed', () => {
    const starts = startsOf(steady('poisson'), region, seed, 1);
    expect(startsOf(steady('poisson'), region, seed, 64)).toEqual(starts);
    expect(startsOf(steady('poisson'), region, seed + 1, 1)).not.toEqual(starts);
  });
});

describe('all regions together', () => {
  it('send Poisson arrivals that are a Poisson process again: the regions do not know of each other', () => {
    const starts = regions
      .flatMap((region) => startsOf(steady('poisson'), region, 7))
      .toSorted((a, b) => a - b);
    const dispersion = indexOfDispersion(countsPerInterval(starts, 1000, seconds));
    expect(dispersion).toBeGreaterThan(0.9);
    expect(dispersion).toBeLessThan(1.1);
  });
});

describe('a ramp', () => {
  const load: OpenLoopProfile = {
    executor: 'ramping-arrival-rate',
    startRatePerSecond: 0,
    stages: [
      { durationMs: 600_000, target: 120 },
      { durationMs: 60_000, target: 120 },
      { durationMs: 0, target: 30 },
      { durationMs: 300_000, target: 0 },
    ],
    arrivals: 'poisson',
    maxInFlight: 1000,
  };
  const expected = Array.from({ length: 960 }, (_, second) => rampRateAt(second + 0.5) * europe.weight);

  function deviations(law: ArrivalLaw): number[] {
    const counts = countsPerInterval(startsOf({ ...load, arrivals: law }, europe, 3), 1000, 960);
    return counts.map((count, second) => count - (expected[second] ?? NaN));
  }

  it('is followed second by second by constant arrivals', () => {
    expect(Math.max(...deviations('constant').map(Math.abs))).toBeLessThan(1.01);
  });

  it.each<[ArrivalLaw, number]>([
    ['poisson', 1],
    [{ gamma: { burstiness: 0.25 } }, 4],
  ])('is followed second by second by random ones: %j', (law, dispersion) => {
    // In units of the standard deviation of a Poisson count: a mean of 0 and a variance of the law's dispersion.
    const scaled = deviations(law).map((deviation, second) => deviation / Math.sqrt(expected[second] ?? NaN));
    expect(Math.abs(mean(scaled))).toBeLessThan(3 * Math.sqrt(dispersion / scaled.length));
    expect(variance(scaled) / dispersion).toBeGreaterThan(0.8);
    expect(variance(scaled) / dispersion).toBeLessThan(1.2);
  });
});

/** Requests per second of the ramp, t seconds after its start. */
function rampRateAt(t: number): number {
  if (t < 600) return t / 5;
  return t < 660 ? 120 : 30 - (t - 660) / 10;
}
