import { parseScenario } from '@tokenstorm/core';
import type { Scenario, ScenarioContext } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { readRunOptions } from './read-run-options.ts';
import { scenarioOverrides } from './scenario-overrides.ts';

const context: ScenarioContext = {
  env: { KEY: 'k' },
  readText: () => '{"question": "why?"}\n',
  hash: (text) => `hash of ${text.length}`,
};

type Parsed = Readonly<Record<string, unknown>>;

/** The scenario that flags make, of a file with this content or of none. */
function scenarioOf(parsed: Parsed, document?: Parsed): Scenario {
  const options = readRunOptions(document === undefined ? undefined : 'a.json', parsed);
  const overrides = scenarioOverrides(options, { document, environment: {} });
  const source = document === undefined ? undefined : { path: 'a.json', text: JSON.stringify(document) };
  return parseScenario(source, context, overrides).scenario;
}

const target = { url: ['http://h:1'], model: ['m'] };

function loadOf(parsed: Parsed): unknown {
  return scenarioOf({ ...target, ...parsed }).workloads[0]?.load;
}

describe('flags, parsed as a scenario', () => {
  it('make an open loop', () => {
    const scenario = scenarioOf({
      ...target,
      requestRate: ['20'],
      requestCount: ['100'],
      burstiness: ['0.5'],
      maxConcurrency: ['9'],
    });
    expect(scenario.workloads.map(({ name, load }) => [name, load])).toEqual([
      [
        'cli',
        expect.objectContaining({
          executor: 'constant-arrival-rate',
          ratePerSecond: 20,
          durationMs: 5000,
          arrivals: { gamma: { burstiness: 0.5 } },
        }),
      ],
    ]);
    expect(scenario.targets).toMatchObject([
      { key: 'openai-compatible/m', baseUrl: 'http://h:1', type: 'openai-compatible' },
    ]);
    expect(scenario.execution.maxConcurrency).toBe(9);
  });

  it('make closed loops', () => {
    expect(loadOf({ concurrency: ['4'], duration: ['2'] })).toMatchObject({
      executor: 'constant-vus',
      vus: 4,
      durationMs: 2000,
    });
    expect(loadOf({ concurrency: ['4'], requestCount: ['50'] })).toMatchObject({
      executor: 'shared-iterations',
      vus: 4,
      iterations: 50,
    });
  });

  it('say everything else that a scenario can have', () => {
    const scenario = scenarioOf({
      ...target,
      duration: ['5s'],
      apiKey: ['env:KEY'],
      inputFile: ['/p.jsonl'],
      prompt: ['Q: {{question}}'],
      system: ['short'],
      maxTokens: ['64'],
      temperature: ['0.5'],
      streaming: false,
      extraInputs: ['ignore_eos:true'],
      header: ['X-Team: a'],
      requestTimeoutSeconds: ['7'],
      goodput: ['ttft:200 e2el:900'],
      threshold: ['ttft: p(95)<800ms'],
      maxErrorRate: ['5%'],
      failedRequestThreshold: ['0.01'],
      output: ['r.json'],
      randomSeed: ['7'],
      warmupRequestCount: ['3'],
      allowInvalid: true,
    });
    expect(scenario).toMatchObject({
      name: 'cli',
      seed: 7,
      targets: [{ apiKey: '${KEY}' }],
      execution: { warmupRequests: 3, onInvalid: 'warn' },
      exports: [{ format: 'json', path: 'r.json' }],
      workloads: [
        {
          prompts: {
            kind: 'dataset',
            template: [
              { role: 'system', content: 'short' },
              { role: 'user', content: 'Q: {{question}}' },
            ],
          },
          maxTokens: 64,
          temperature: 0.5,
          stream: false,
          extraBody: { ignore_eos: true },
          headers: { 'x-team': 'a' },
          slo: { ttftMs: 200, e2eMs: 900 },
          timeouts: { totalMs: 7000 },
        },
      ],
    });
    expect(
      scenario.thresholds.map(({ metric, expression, abortOnFail }) => [metric, expression, abortOnFail]),
    ).toEqual([
      ['ttft', 'p(95)<800ms', false],
      ['errors', 'rate <= 0.01', false],
      ['errors', 'rate <= 0.05', true],
    ]);
  });

  it('change a file', () => {
    const file = {
      providers: [{ name: 'own', type: 'openai-compatible', base_url: 'http://h:1', models: ['a'] }],
      defaults: { messages: [{ role: 'user', content: 'hello' }] },
      slo: { ttft: '1s', tpot: '50ms' },
      workload: {
        scenarios: [
          { name: 'open', executor: 'constant-arrival-rate', rate: 5, duration: '1m' },
          { name: 'users', executor: 'constant-vus', vus: 3, duration: '1m', slo: { e2e: '9s' } },
        ],
      },
      thresholds: { ttft: 'p(50) < 1s' },
    };
    const scenario = scenarioOf(
      {
        duration: ['10s'],
        prompt: ['hi'],
        model: ['b'],
        goodput: ['ttft:300'],
        threshold: ['ttft: p(99)<2s'],
      },
      file,
    );
    expect(scenario.targets.map(({ key }) => key)).toEqual(['own/b']);
    expect(scenario.workloads).toMatchObject([
      {
        load: { ratePerSecond: 5, durationMs: 10_000 },
        prompts: { messages: [{ content: 'hi' }] },
        slo: { ttftMs: 300, tpotMs: 50 },
      },
      {
        load: { vus: 3, durationMs: 10_000 },
        prompts: { messages: [{ content: 'hi' }] },
        slo: { ttftMs: 300, e2eMs: 9000 },
      },
    ]);
    expect(scenario.thresholds.map(({ expression }) => expression)).toEqual(['p(50) < 1s', 'p(99)<2s']);
  });

  it('are named where the scenario refuses a value', () => {
    expect(() => scenarioOf({ ...target, duration: ['5s'], export: ['otlp=a.otlp'] })).toThrow(
      /--export: .*not supported yet/,
    );
    expect(() => scenarioOf({ ...target, duration: ['5s'], threshold: ['tftt: p(95)<1s'] })).toThrow(
      /--threshold: [\s\S]*tftt/,
    );
  });
});
