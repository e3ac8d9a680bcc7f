import { describe, expect, it } from 'vitest';
import { parseText } from './__fixtures__/scenarios.ts';
import { plannedLoad, runDurationMs } from './describe.ts';

const head = 'providers: [{ name: own, type: openai-compatible, base_url: "http://h/v1", models: [a, b] }]\n';

const { scenario } = parseText(`${head}
defaults: { prompt: Hi }
workload:
  scenarios:
    - { name: ramp, executor: ramping-arrival-rate, start_rate: 2, stages: [{ duration: 10s, target: 6 }, { duration: 0s, target: 9 }, { duration: 4s, target: 1 }], start_after: 3s }
    - { name: rate, executor: constant-arrival-rate, rate: 0.5, duration: 15s }
    - { name: users, executor: ramping-vus, start_vus: 3, stages: [{ duration: 10s, target: 1 }] }
`);

describe('plannedLoad', () => {
  it('is the integral of the rate and the highest rate, for each target', () => {
    const planned = plannedLoad(scenario);
    expect(planned).toHaveLength(6);
    // 10 s at (2 + 6) / 2 a second, then 4 s at (9 + 1) / 2.
    expect(planned[0]).toEqual({
      workload: 'ramp',
      target: 'own/a',
      executor: 'ramping-arrival-rate',
      startAfterMs: 3_000,
      durationMs: 14_000,
      expectedRequests: 60,
      peakArrivalsPerSecond: 9,
    });
    expect(planned[1]).toMatchObject({ workload: 'ramp', target: 'own/b', expectedRequests: 60 });
    expect(planned[2]).toMatchObject({
      expectedRequests: 7.5,
      peakArrivalsPerSecond: 0.5,
      durationMs: 15_000,
    });
    expect(planned[4]).toEqual({
      workload: 'users',
      target: 'own/a',
      executor: 'ramping-vus',
      startAfterMs: 0,
      durationMs: 10_000,
      peakVus: 3,
    });
  });

  it('is a count without a duration for shared iterations', () => {
    const shared = parseText(
      `${head}workload: { scenarios: [{ name: s, prompt: Hi, requests: 5, concurrency: 20 }] }\n`,
    );
    expect(plannedLoad(shared.scenario)[1]).toEqual({
      workload: 's',
      target: 'own/b',
      executor: 'shared-iterations',
      startAfterMs: 0,
      expectedRequests: 5,
      peakVus: 5,
    });
    expect(runDurationMs(shared.scenario)).toBeUndefined();
  });
});

describe('runDurationMs', () => {
  it('ends with the last load, delays included', () => {
    expect(runDurationMs(scenario)).toBe(17_000);
  });
});
