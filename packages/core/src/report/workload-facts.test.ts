import { defaultExecution } from '../scenario/output.ts';
import { describe, expect, it } from 'vitest';
import type { LoadProfile } from '../load/load-profile.ts';
import type { Scenario, Target, Workload } from '../scenario/scenario.ts';
import { scenarioNotes } from './notes.ts';
import { workloadFacts } from './workload-facts.ts';

const think = { kind: 'fixed', value: 0 } as const;
const stages = [
  { durationMs: 30_000, target: 20 },
  { durationMs: 60_000, target: 5 },
];

function workload(name: string, load: LoadProfile, prompts: Workload['prompts']): Workload {
  return {
    name,
    targets: ['own/small'],
    load,
    startAfterMs: 0,
    warmupMs: 0,
    gracefulStopMs: 30_000,
    prompts,
    cacheBust: false,
    stream: true,
    extraBody: {},
    headers: {},
    slo: {},
    timeouts: { connectMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
  };
}

const target: Target = {
  key: 'own/small',
  provider: 'own',
  type: 'openai-compatible',
  endpoint: 'chat',
  model: 'small',
  baseUrl: 'http://127.0.0.1/v1',
  headers: {},
  query: {},
  tls: { insecure: false },
  http2: false,
};

function scenario(workloads: readonly Workload[], targets: readonly Target[] = [target]): Scenario {
  return {
    name: 'test',
    seed: 1,
    regions: [{ name: 'default', weight: 1 }],
    targets,
    workloads,
    limits: [],
    execution: defaultExecution,
    thresholds: [],
    exports: [],
  };
}

const same = { kind: 'messages', messages: [{ role: 'user', content: 'Hello' }] } as const;
const varied = { kind: 'dataset', dataset: 'abc' } as const;

describe('workloadFacts', () => {
  it.each<[LoadProfile, number | null, number | null, number | null, number | null]>([
    [
      {
        executor: 'constant-arrival-rate',
        ratePerSecond: 20,
        durationMs: 5000,
        arrivals: 'poisson',
        maxInFlight: 9,
      },
      null,
      null,
      20,
      5,
    ],
    [
      {
        executor: 'ramping-arrival-rate',
        startRatePerSecond: 3,
        stages,
        arrivals: 'constant',
        maxInFlight: 9,
      },
      null,
      null,
      20,
      90,
    ],
    [{ executor: 'constant-vus', vus: 7, durationMs: 1500, thinkTimeMs: think }, null, 7, null, 1.5],
    [{ executor: 'ramping-vus', startVus: 40, stages, thinkTimeMs: think }, null, 40, null, 90],
    [{ executor: 'shared-iterations', vus: 4, iterations: 100, thinkTimeMs: think }, 100, 4, null, null],
  ])('of %j', (load, requests, concurrency, rate_per_second, duration_s) => {
    expect(workloadFacts(scenario([workload('w', load, varied)]))).toEqual([
      {
        scenario: 'w',
        executor: load.executor,
        targets: ['own/small'],
        requests,
        concurrency,
        rate_per_second,
        duration_s,
      },
    ]);
  });
});

describe('scenarioNotes', () => {
  const load: LoadProfile = { executor: 'shared-iterations', vus: 1, iterations: 2, thinkTimeMs: think };

  it('are silent about checked certificates', () => {
    expect(scenarioNotes(scenario([workload('a', load, same)]))).toEqual([]);
  });

  it('name the targets without certificate checks', () => {
    const workloads = [workload('a', load, varied)];
    expect(scenarioNotes(scenario(workloads, [{ ...target, tls: { insecure: true } }]))).toEqual([
      'TLS certificates were not checked for own/small.',
    ]);
  });
});
