import { expect, it } from 'vitest';
import { courseOf, loadDurationMs, loadPeak } from './course.ts';
import type { LoadProfile } from './load-profile.ts';

const think = { kind: 'fixed', value: 0 } as const;
const stages = [
  { durationMs: 1000, target: 5 },
  { durationMs: 500, target: 0 },
];
const users: LoadProfile = { executor: 'constant-vus', vus: 7, durationMs: 900, thinkTimeMs: think };
const ramp: LoadProfile = { executor: 'ramping-vus', startVus: 2, stages, thinkTimeMs: think };

it('takes a constant profile for one flat stage', () => {
  expect(courseOf(users)).toEqual({ start: 7, stages: [{ durationMs: 900, target: 7 }] });
  expect(courseOf(ramp)).toEqual({ start: 2, stages });
});

it.each<[LoadProfile, { durationMs: number | undefined; peak: number }]>([
  [users, { durationMs: 900, peak: 7 }],
  [ramp, { durationMs: 1500, peak: 5 }],
  [
    {
      executor: 'constant-arrival-rate',
      ratePerSecond: 3,
      durationMs: 70,
      arrivals: 'constant',
      maxInFlight: 1,
    },
    { durationMs: 70, peak: 3 },
  ],
  [
    { executor: 'ramping-arrival-rate', startRatePerSecond: 9, stages, arrivals: 'poisson', maxInFlight: 1 },
    { durationMs: 1500, peak: 9 },
  ],
  [
    { executor: 'shared-iterations', vus: 4, iterations: 10, thinkTimeMs: think },
    { durationMs: undefined, peak: 4 },
  ],
])('knows how long %j starts requests, and its peak', (load, { durationMs, peak }) => {
  expect(loadDurationMs(load)).toBe(durationMs);
  expect(loadPeak(load)).toBe(peak);
});
