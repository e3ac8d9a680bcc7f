import { describe, expect, it } from 'vitest';
import { parseText, problemLines, withWorkload } from './__fixtures__/scenarios.ts';

function loadOf(lines: string): unknown {
  return parseText(withWorkload(lines)).scenario.workloads[0]?.load;
}

const noPause = { kind: 'fixed', value: 0 };

describe('executors', () => {
  it.each([
    [
      'requests: 100\nconcurrency: 20',
      { executor: 'shared-iterations', vus: 20, iterations: 100, thinkTimeMs: noPause },
    ],
    [
      'executor: shared-iterations\nrequests: 5',
      { executor: 'shared-iterations', vus: 1, iterations: 5, thinkTimeMs: noPause },
    ],
    [
      'executor: constant-arrival-rate\nrate: 0.5\nduration: 1m',
      {
        executor: 'constant-arrival-rate',
        ratePerSecond: 0.5,
        durationMs: 60_000,
        arrivals: 'constant',
        maxInFlight: 1_000,
      },
    ],
    [
      'executor: ramping-arrival-rate\nstages: [{ duration: 1s, target: 9 }]\narrivals: poisson\nmax_in_flight: 3',
      {
        executor: 'ramping-arrival-rate',
        startRatePerSecond: 0,
        stages: [{ durationMs: 1_000, target: 9 }],
        arrivals: 'poisson',
        maxInFlight: 3,
      },
    ],
    [
      'executor: constant-vus\nvus: 4\nduration: 5s\nthink_time: 2s',
      { executor: 'constant-vus', vus: 4, durationMs: 5_000, thinkTimeMs: { kind: 'fixed', value: 2_000 } },
    ],
    [
      'executor: ramping-vus\nstart_vus: 1\nstages: [{ duration: 1s, target: 9 }]',
      {
        executor: 'ramping-vus',
        startVus: 1,
        stages: [{ durationMs: 1_000, target: 9 }],
        thinkTimeMs: noPause,
      },
    ],
  ])('reads %j', (lines, load) => {
    expect(loadOf(lines)).toEqual(load);
  });

  it.each([
    ['{ mean: 2s }', { kind: 'fixed', value: 2_000 }],
    ['{ mean: 2s, stddev: 1s }', { kind: 'normal', mean: 2_000, stddev: 1_000 }],
    ['{ mean: 2s, stddev: 1s, distribution: lognormal }', { kind: 'lognormal', mean: 2_000, stddev: 1_000 }],
    ['{ mean: 2s, distribution: exponential }', { kind: 'exponential', mean: 2_000 }],
    ['{ min: 1s, max: 3s, distribution: uniform }', { kind: 'uniform', min: 1_000, max: 3_000 }],
  ])('reads the think time %s', (text, thinkTimeMs) => {
    expect(loadOf(`requests: 1\nthink_time: ${text}`)).toMatchObject({ thinkTimeMs });
  });
});

describe('what does not go together', () => {
  it.each([
    [
      'executor: constant-vus\nvus: 2\nduration: 5s\nmax_in_flight: 9',
      '9:7 `max_in_flight` does not go with the executor constant-vus, which is a closed loop (a closed loop never has more requests in flight than virtual users)',
    ],
    [
      'executor: constant-arrival-rate\nrate: 2\nduration: 5s\nthink_time: 1s',
      '9:7 `think_time` does not go with the executor constant-arrival-rate, which is an open loop (arrivals follow a schedule here; only virtual users pause)',
    ],
    [
      'requests: 3\nrate: 5',
      '7:7 `rate` does not go with the executor shared-iterations, which is a closed loop (shared-iterations takes requests, concurrency, think_time)',
    ],
    [
      'executor: constant-arrival-rate\nrate: 2',
      '4:7 `duration` is missing: the executor constant-arrival-rate needs `rate` and `duration`',
    ],
    [
      'rate: 2\nduration: 5s',
      '4:7 the workload `load` does not say how it starts requests (add executor: constant-arrival-rate)',
    ],
    [
      'concurrency: 2',
      '4:7 the workload `load` does not say how it starts requests (add `requests`: how many the virtual users share)',
    ],
    [
      'stream: true',
      '4:7 the workload `load` does not say how it starts requests (give it `requests` and `concurrency`, or an `executor`)',
    ],
    [
      'executor: ramping-vus\nstages: [{ duration: 1s, target: 1.5 }]',
      '7:40 `target` must be a whole number of virtual users',
    ],
    ['executor: ramping-vus\nstages: [{ duration: 0s, target: 2 }]', '7:7 `stages` last no time at all'],
    [
      'executor: ramping-arrival-rate\nstages: [{ duration: 5s, target: 0 }]',
      '7:7 `stages` never leave 0: nothing would be sent',
    ],
    [
      'executor: constant-vus\nvus: 2\nduration: 5s\nwarmup: 5s',
      '9:15 `warmup` (5 s) is not shorter than the load (5 s): nothing would be measured',
    ],
    [
      'requests: 1\nthink_time: { mean: 1s, distribution: normal }',
      '7:7 `stddev` is missing: the distribution normal has mean and stddev',
    ],
    [
      'requests: 1\nthink_time: { mean: 1s, stddev: 1s, distribution: fixed }',
      '7:31 `stddev` does not go with the distribution fixed',
    ],
    ['requests: 1\nthink_time: { min: 2s, max: 1s, distribution: uniform }', '7:35 `max` is below `min`'],
    [
      'requests: 1\narrivals: 5',
      '7:17 `arrivals` must be constant, poisson or { gamma: { burstiness: NUMBER } }',
    ],
    [
      'requests: 1\narrivals: poison',
      '7:17 `arrivals` must be constant or poisson (did you mean `poisson`?)',
    ],
    ['requests: 1\narrivals: { gama: { burstiness: 1 } }', '7:19 unknown key `gama` (did you mean `gamma`?)'],
    ['requests: 0', '6:17 `requests` must be at least 1'],
    ['executor: constant-arrival-rate\nrate: 0\nduration: 5s', '7:13 `rate` must be above 0'],
    ['iterations: 5', '6:7 unknown key `iterations` (did you mean `requests`?)'],
  ])('refuses %j', (lines, problem) => {
    expect(problemLines(withWorkload(lines))).toContain(problem);
  });
});

describe('defaults', () => {
  const head = 'providers: [{ name: own, type: openai-compatible, base_url: "http://h/v1", models: [m] }]\n';

  it('stand for each workload without its own; a group is replaced as a whole', () => {
    const { workloads } = parseText(`${head}
defaults: { executor: constant-arrival-rate, rate: 3, duration: 9s, max_in_flight: 7, prompt: Hi, stream: false }
workload:
  scenarios:
    - { name: a }
    - { name: b, rate: 5, messages: [{ role: user, content: Ho }], stream: true }
    - { name: c, requests: 4 }
`).scenario;
    expect(workloads.map(({ load }) => load)).toMatchObject([
      { executor: 'constant-arrival-rate', ratePerSecond: 3, durationMs: 9_000, maxInFlight: 7 },
      { executor: 'constant-arrival-rate', ratePerSecond: 5 },
      { executor: 'shared-iterations', iterations: 4 },
    ]);
    expect(workloads.map(({ prompts }) => prompts)).toMatchObject([
      { messages: [{ content: 'Hi' }] },
      { messages: [{ content: 'Ho' }] },
      { messages: [{ content: 'Hi' }] },
    ]);
    expect(workloads.map(({ stream }) => stream)).toEqual([false, true, false]);
  });

  it('are refused where no workload can take them, and wrong ones once', () => {
    const workload =
      'workload: { scenarios: [{ name: a, prompt: Hi, requests: 1 }, { name: b, prompt: Hi, requests: 1 }] }\n';
    expect(problemLines(`${head}defaults: { max_in_flight: 5 }\n${workload}`)).toEqual([
      '2:13 `max_in_flight` in `defaults` goes with no workload of this file',
    ]);
    expect(problemLines(`${head}defaults: { max_tokens: none }\n${workload}`)).toEqual([
      '2:25 `max_tokens` must be a number, not text',
    ]);
  });
});
