import { describe, expect, it } from 'vitest';
import { readRunOptions } from './read-run-options.ts';
import { scenarioOverrides } from './scenario-overrides.ts';
import type { OverrideContext } from './scenario-overrides.ts';

type Parsed = Readonly<Record<string, unknown>>;

const target: Parsed = { url: ['http://h:1'], model: ['m'] };
const defaultPrompt = /lighthouse/;

/** Overrides as `path=value` lines in the order given, without those that every run without a file has. */
function lines(parsed: Parsed, context: Partial<OverrideContext> = {}): readonly string[] {
  return scenarioOverrides(readRunOptions(undefined, parsed), { environment: {}, ...context })
    .map(({ path, value, origin }) => `${path.join('.')}=${JSON.stringify(value)} ${origin}`)
    .filter((line) => !defaultPrompt.test(line) && !line.endsWith('the command line'));
}

function withoutFile(parsed: Parsed, context: Partial<OverrideContext> = {}): readonly string[] {
  return lines({ ...target, ...parsed }, context).filter((line) => !line.startsWith('providers'));
}

describe('scenarioOverrides without a file', () => {
  it('makes one provider and one workload', () => {
    const overrides = scenarioOverrides(readRunOptions(undefined, { ...target, duration: ['30'] }), {
      environment: {},
    });
    expect(overrides.map(({ path, value }) => [path.join('.'), value])).toEqual([
      ['name', 'cli'],
      ['providers.0.name', 'openai-compatible'],
      ['providers.0.models', ['m']],
      ['providers.0.base_url', 'http://h:1'],
      ['workload.scenarios.0.name', 'cli'],
      ['workload.scenarios.0.prompt', expect.stringMatching(defaultPrompt)],
      ['workload.scenarios.0.executor', 'constant-vus'],
      ['workload.scenarios.0.vus', 1],
      ['workload.scenarios.0.duration', '30s'],
    ]);
  });

  const w = 'workload.scenarios.0';
  it.each<readonly [string, Parsed, readonly string[]]>([
    [
      'a rate and a duration',
      { requestRate: ['20'], duration: ['1m'] },
      [
        `${w}.executor="constant-arrival-rate" --request-rate`,
        `${w}.rate=20 --request-rate`,
        `${w}.duration="1m" --duration`,
      ],
    ],
    [
      'a rate and a number of requests',
      { requestRate: ['20'], requestCount: ['600'] },
      [
        `${w}.executor="constant-arrival-rate" --request-rate`,
        `${w}.rate=20 --request-rate`,
        `${w}.duration="30000ms" --request-count`,
      ],
    ],
    [
      'a rate with a law and a limit',
      { requestRate: ['0.5'], duration: ['9s'], arrivalPattern: ['poisson'], maxConcurrency: ['4'] },
      [
        `${w}.executor="constant-arrival-rate" --request-rate`,
        `${w}.rate=0.5 --request-rate`,
        `${w}.duration="9s" --duration`,
        `${w}.arrivals="poisson" --arrival-pattern`,
        'execution.max_concurrency=4 --max-concurrency',
      ],
    ],
    [
      'a burstiness alone',
      { requestRate: ['1'], duration: ['9s'], burstiness: ['0.5'] },
      [
        `${w}.executor="constant-arrival-rate" --request-rate`,
        `${w}.rate=1 --request-rate`,
        `${w}.duration="9s" --duration`,
        `${w}.arrivals={"gamma":{"burstiness":0.5}} --burstiness`,
      ],
    ],
    [
      'users and a number of requests',
      { concurrency: ['8'], requestCount: ['100'] },
      [
        `${w}.executor="shared-iterations" --request-count`,
        `${w}.requests=100 --request-count`,
        `${w}.concurrency=8 --concurrency`,
      ],
    ],
    [
      'the other name for users',
      { maxConcurrency: ['8'], duration: ['5s'] },
      [
        `${w}.executor="constant-vus" --duration`,
        `${w}.vus=8 --max-concurrency`,
        `${w}.duration="5s" --duration`,
      ],
    ],
  ])('%s', (_, parsed, expected) => {
    expect(withoutFile(parsed)).toEqual(expected);
  });

  it('sets what a request holds', () => {
    const changes = withoutFile({
      duration: ['1s'],
      prompt: ['hi'],
      system: ['be brief'],
      maxTokens: ['64'],
      temperature: ['0'],
      streaming: false,
      extraInputs: ['ignore_eos:true', 'effort:low'],
      extraRequestBody: ['{"top_k":5}'],
      header: ['X-Team: a:b'],
      requestTimeoutSeconds: ['1.5'],
      warmupDuration: ['5'],
    });
    expect(changes.slice(3)).toEqual([
      `${w}.prompt="hi" --prompt`,
      `${w}.system="be brief" --system`,
      `${w}.max_tokens=64 --max-tokens`,
      `${w}.temperature=0 --temperature`,
      `${w}.stream=false --no-streaming`,
      `${w}.extra_body.top_k=5 --extra-inputs`,
      `${w}.extra_body.ignore_eos=true --extra-inputs`,
      `${w}.extra_body.effort="low" --extra-inputs`,
      `${w}.headers.X-Team="a:b" --header`,
      `${w}.timeouts.total="1500ms" --request-timeout-seconds`,
      `${w}.warmup="5s" --warmup-duration`,
    ]);
  });

  it('takes prompts from a file, with the prompt as their template', () => {
    const changes = withoutFile({ duration: ['1s'], inputFile: ['/data/p.jsonl'], prompt: ['Q: {{q}}'] });
    expect(changes.slice(3)).toEqual([
      `${w}.prompts.path="/data/p.jsonl" --input-file`,
      `${w}.prompts.template="Q: {{q}}" --prompt`,
    ]);
  });

  it('sets what holds for the whole run', () => {
    const changes = withoutFile({
      duration: ['1s'],
      randomSeed: ['7'],
      warmupRequestCount: ['3'],
      budgetUsd: ['2.5'],
      budgetTokens: ['9000'],
      budgetRequests: ['70'],
      allowInvalid: true,
      goodput: ['ttft:200'],
      threshold: ['ttft: p(95)<1s', 'ttft: p(99)<2s'],
      maxErrorRate: ['5%'],
      export: ['json=a.json', 'influxdb=http://h:8086/?db=x'],
      output: ['b.json'],
    });
    expect(changes.slice(3)).toEqual([
      'seed=7 --random-seed',
      'execution.warmup_requests=3 --warmup-request-count',
      'budget.usd=2.5 --budget-usd',
      'budget.tokens=9000 --budget-tokens',
      'budget.requests=70 --budget-requests',
      'execution.on_invalid="warn" --allow-invalid',
      'slo.ttft="200ms" --goodput',
      'thresholds.ttft.0="p(95)<1s" --threshold',
      'thresholds.ttft.1="p(99)<2s" --threshold',
      'thresholds.errors.0={"threshold":"rate <= 0.05","abort_on_fail":true} --max-error-rate',
      'output.export.0.format="json" --export',
      'output.export.0.path="a.json" --export',
      'output.export.1.format="influxdb" --export',
      'output.export.1.url="http://h:8086/?db=x" --export',
      'output.export.2.format="json" --output',
      'output.export.2.path="b.json" --output',
    ]);
  });

  it.each<readonly [string, Parsed, Partial<OverrideContext>, readonly string[]]>([
    [
      'the URL given, without the environment’s key',
      { url: ['h:8000'], model: ['a', 'b'] },
      { environment: { OPENAI_BASE_URL: 'http://other', OPENAI_API_KEY: 'sk-1' } },
      ['providers.0.models=["a","b"] --model', 'providers.0.base_url="http://h:8000" --url'],
    ],
    [
      'OPENAI_BASE_URL with its key by reference',
      { model: ['a'] },
      { environment: { OPENAI_BASE_URL: 'http://o/v1', OPENAI_API_KEY: 'sk-1' } },
      [
        'providers.0.models=["a"] --model',
        'providers.0.base_url="http://o/v1" OPENAI_BASE_URL',
        'providers.0.api_key="${OPENAI_API_KEY}" --api-key',
      ],
    ],
    [
      'ANTHROPIC_BASE_URL with its key for its API',
      { model: ['a'], endpointType: ['messages'] },
      {
        environment: { OPENAI_BASE_URL: 'http://o', ANTHROPIC_BASE_URL: 'http://a', ANTHROPIC_API_KEY: 'k' },
      },
      [
        'providers.0.endpoint="messages" --endpoint-type',
        'providers.0.models=["a"] --model',
        'providers.0.base_url="http://a" ANTHROPIC_BASE_URL',
        'providers.0.api_key="${ANTHROPIC_API_KEY}" --api-key',
      ],
    ],
    [
      'a path that says its API',
      { url: ['h:8000/v1'], model: ['a'], endpoint: ['/proxy/v1/responses'] },
      { environment: { OPENAI_API_KEY: 'k' } },
      [
        'providers.0.endpoint="responses" --endpoint-type',
        'providers.0.models=["a"] --model',
        'providers.0.base_url="http://h:8000/proxy/v1" --url',
      ],
    ],
    [
      'a server that takes its key in a header, and no other',
      { url: ['https://api.openai.com/v1'], model: ['a'], header: ['Authorization:Bearer ${K}', 'X-A:b'] },
      {},
      [
        'providers.0.models=["a"] --model',
        'providers.0.base_url="https://api.openai.com/v1" --url',
        'providers.0.headers.Authorization="Bearer ${K}" --header',
      ],
    ],
    [
      'the simulator',
      { model: ['sim'], withSim: true },
      { simulatorUrl: 'http://127.0.0.1:9', environment: { OPENAI_BASE_URL: 'http://o' } },
      ['providers.0.models=["sim"] --model', 'providers.0.base_url="http://127.0.0.1:9" --with-sim'],
    ],
  ])('sends to %s', (_, parsed, context, expected) => {
    const all = lines({ ...parsed, duration: ['1s'] }, context);
    expect(all.filter((line) => line.startsWith('providers'))).toEqual(expected);
  });

  it.each<readonly [string, Parsed, string]>([
    ['http://h:1', {}, 'openai-compatible'],
    ['https://api.openai.com', {}, 'openai'],
    ['https://api.openai.com.example.org', {}, 'openai-compatible'],
    ['https://api.z.ai/api/paas/v4', {}, 'glm'],
    ['http://h:1', { endpointType: ['messages'] }, 'anthropic'],
    ['https://api.z.ai/api/anthropic', { endpointType: ['messages'] }, 'anthropic'],
    ['https://api.anthropic.com', { endpointType: ['chat'] }, 'openai-compatible'],
  ])('speaks to %s with %j as %s', (url, parsed, name) => {
    const options = readRunOptions(undefined, { model: ['m'], duration: ['1s'], url: [url], ...parsed });
    const overrides = scenarioOverrides(options, { environment: {} });
    expect(overrides.find(({ path }) => path.join('.') === 'providers.0.name')?.value).toBe(name);
  });

  it.each([
    ['opanai', '--provider opanai: no vendor that is known here (did you mean openai?)'],
    [
      'acme',
      '--provider acme: no vendor that is known here (a server that speaks the API of OpenAI needs --url alone)',
    ],
  ])('refuses %s as a provider', (name, problem) => {
    expect(() => lines({ model: ['m'], duration: ['1s'], provider: [name] })).toThrow(problem);
  });

  it.each<readonly [string, Parsed, string]>([
    ['no model', { url: ['h'], duration: ['1s'] }, '--model is missing: name a model, or a scenario file'],
    [
      'no URL',
      { model: ['m'], duration: ['1s'] },
      '--url or --provider is missing, and OPENAI_BASE_URL is not set',
    ],
    [
      'no URL of its API',
      { model: ['m'], duration: ['1s'], endpointType: ['messages'] },
      '--url or --provider is missing, and ANTHROPIC_BASE_URL is not set',
    ],
    [
      'a rate without an end',
      { ...target, requestRate: ['5'] },
      'how long? Give --duration, such as 30s, or --request-count',
    ],
    [
      'a law without a rate',
      { ...target, duration: ['1s'], arrivalPattern: ['poisson'] },
      '--arrival-pattern is the law of an open loop: it needs --request-rate',
    ],
    [
      'two numbers of users',
      { ...target, duration: ['1s'], concurrency: ['2'], maxConcurrency: ['3'] },
      '--concurrency and --max-concurrency mean the same without --request-rate: choose one',
    ],
  ])('refuses %s', (_, parsed, message) => {
    expect(() => lines(parsed)).toThrow(message);
  });

  it('names all problems at once', () => {
    expect(() => lines({ burstiness: ['2'] })).toThrow(/^4 problems with the command line:\n(  - .*\n?){4}$/);
  });
});
