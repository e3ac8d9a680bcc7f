import { describe, expect, it } from 'vitest';
import { readRunOptions } from './read-run-options.ts';
import { scenarioOverrides } from './scenario-overrides.ts';
import type { OverrideContext } from './scenario-overrides.ts';

type Parsed = Readonly<Record<string, unknown>>;

/** Overrides as `path=value origin` lines in the order given. */
function lines(parsed: Parsed, context: Partial<OverrideContext>): readonly string[] {
  return scenarioOverrides(readRunOptions('a.yaml', parsed), { environment: {}, ...context }).map(
    ({ path, value, origin }) => `${path.join('.')}=${JSON.stringify(value)} ${origin}`,
  );
}

function at(index: number, rest: string): string {
  return `workload.scenarios.${index}.${rest}`;
}

function document(scenarios: readonly unknown[], more: Parsed = {}): { document: unknown } {
  return { document: { providers: [{ name: 'openai', models: ['m'] }], workload: { scenarios }, ...more } };
}

describe('scenarioOverrides with a file', () => {
  const open = { name: 'open', executor: 'constant-arrival-rate', rate: 20, duration: '5m' };
  const ramp = { name: 'ramp', executor: 'ramping-arrival-rate' };
  const users = { name: 'users', executor: 'constant-vus', vus: 5, duration: '5m' };
  const count = { name: 'count', requests: 100, concurrency: 4 };

  it.each<readonly [string, Parsed, readonly unknown[], readonly string[]]>([
    ['nothing', {}, [open], []],
    ['a rate', { requestRate: ['50'] }, [open], [at(0, 'rate=50 --request-rate')]],
    [
      'a duration, of every workload',
      { duration: ['10s'] },
      [open, users],
      [at(0, 'duration="10s" --duration'), at(1, 'duration="10s" --duration')],
    ],
    [
      'users, by executor',
      { concurrency: ['9'] },
      [users, count],
      [at(0, 'vus=9 --concurrency'), at(1, 'concurrency=9 --concurrency')],
    ],
    [
      'the limit beside an open loop',
      { maxConcurrency: ['9'] },
      [open, users],
      ['execution.max_concurrency=9 --max-concurrency'],
    ],
    ['the same flag without one', { maxConcurrency: ['9'] }, [users], [at(0, 'vus=9 --max-concurrency')]],
    [
      'requests, by executor',
      { requestCount: ['40'] },
      [count, open],
      [at(0, 'requests=40 --request-count'), at(1, 'duration="2000ms" --request-count')],
    ],
    [
      'requests at another rate',
      { requestCount: ['40'], requestRate: ['4'] },
      [open],
      [at(0, 'rate=4 --request-rate'), at(0, 'duration="10000ms" --request-count')],
    ],
    [
      'the law of open loops',
      { arrivalPattern: ['poisson'] },
      [users, open, ramp],
      [at(1, 'arrivals="poisson" --arrival-pattern'), at(2, 'arrivals="poisson" --arrival-pattern')],
    ],
    [
      'max tokens of every workload',
      { maxTokens: ['8'] },
      [open, users],
      [at(0, 'max_tokens=8 --max-tokens'), at(1, 'max_tokens=8 --max-tokens')],
    ],
  ])('changes %s', (_, parsed, scenarios, expected) => {
    expect(lines(parsed, document(scenarios))).toEqual(expected);
  });

  it('looks at defaults for the executor', () => {
    const context = document([{ name: 'a' }], { defaults: { executor: 'constant-vus' } });
    expect(lines({ concurrency: ['3'] }, context)).toEqual([at(0, 'vus=3 --concurrency')]);
  });

  it('replaces prompts of any kind, in defaults too', () => {
    const context = document([{ ...open, messages: [], system: 's' }, users], {
      defaults: { prompts: { path: 'p.csv' } },
    });
    expect(lines({ prompt: ['hi'] }, context)).toEqual([
      'defaults.prompts=undefined --prompt',
      at(0, 'messages=undefined --prompt'),
      at(0, 'prompt="hi" --prompt'),
      at(1, 'prompt="hi" --prompt'),
    ]);
  });

  it('changes the global slo, and those of workloads that replace it', () => {
    const context = document([open, { ...users, slo: { ttft: '1s', tpot: '9ms' } }]);
    expect(lines({ goodput: ['ttft:200'] }, context)).toEqual([
      at(1, 'slo.ttft="200ms" --goodput'),
      'slo.ttft="200ms" --goodput',
    ]);
  });

  it('keeps the rest of an slo that a workload has from defaults', () => {
    const context = document([open], { defaults: { slo: { ttft: '1s', tpot: '9ms' } } });
    expect(lines({ goodput: ['ttft:200'] }, context)).toEqual([
      at(0, 'slo.ttft="1s" defaults.slo'),
      at(0, 'slo.tpot="9ms" defaults.slo'),
      at(0, 'slo.ttft="200ms" --goodput'),
      'slo.ttft="200ms" --goodput',
    ]);
  });

  it('adds thresholds and exports to those of the file', () => {
    const context = document([open], {
      thresholds: { ttft: ['p(50)<1s', 'p(90)<1s'], e2e: 'max<9s' },
      output: { export: [{ format: 'json', path: 'x' }] },
    });
    const parsed = { threshold: ['ttft: p(99)<3s', 'e2e: p(95)<5s', 'e2e: p(50)<1s'], output: ['y.json'] };
    expect(lines(parsed, context)).toEqual([
      'thresholds.ttft.2="p(99)<3s" --threshold',
      'thresholds.e2e=["max<9s"] --threshold',
      'thresholds.e2e.1="p(95)<5s" --threshold',
      'thresholds.e2e.2="p(50)<1s" --threshold',
      'output.export.1.format="json" --output',
      'output.export.1.path="y.json" --output',
    ]);
  });

  it('sends every provider to the simulator', () => {
    const providers = [{ name: 'a' }, { name: 'b' }];
    const context = { ...document([open], { providers }), simulatorUrl: 'http://127.0.0.1:9' };
    expect(lines({ withSim: true }, context)).toEqual([
      'providers.0.base_url="http://127.0.0.1:9" --with-sim',
      'providers.1.base_url="http://127.0.0.1:9" --with-sim',
    ]);
  });

  it('changes the only provider', () => {
    const parsed = {
      url: ['http://h/v1'],
      endpoint: ['/v1/chat/completions'],
      model: ['x'],
      apiKey: ['env:K'],
    };
    expect(lines(parsed, document([open]))).toEqual([
      'providers.0.base_url="http://h/v1" --url',
      'providers.0.endpoint="chat" --endpoint',
      'providers.0.models=["x"] --model',
      'providers.0.api_key="${K}" --api-key',
    ]);
  });

  it('asks another API of the only provider', () => {
    expect(lines({ endpointType: ['responses'] }, document([open]))).toEqual([
      'providers.0.endpoint="responses" --endpoint-type',
    ]);
  });

  it.each<readonly [string, Parsed, readonly unknown[], Parsed, RegExp]>([
    [
      'one rate for two workloads',
      { requestRate: ['5'] },
      [open, users],
      {},
      /^--request-rate: the file has 2 workloads \(open, users\)/,
    ],
    [
      'a rate for a closed loop',
      { requestRate: ['5'] },
      [users],
      {},
      /^--request-rate: users is constant-vus/,
    ],
    [
      'a duration for iterations',
      { duration: ['5s'] },
      [count],
      {},
      /^--duration: count is shared-iterations/,
    ],
    [
      'users for an open loop',
      { concurrency: ['5'] },
      [open],
      {},
      /^--concurrency: open is constant-arrival-rate/,
    ],
    [
      'requests for a ramp',
      { requestCount: ['5'] },
      [ramp],
      {},
      /^--request-count: ramp is ramping-arrival-rate/,
    ],
    [
      'a law without an open loop',
      { arrivalPattern: ['poisson'] },
      [users],
      {},
      /^--arrival-pattern: the file has no arrival-rate/,
    ],
    [
      'a model for two providers',
      { model: ['x'] },
      [open],
      { providers: [{}, {}] },
      /^--model: the file has 2 providers/,
    ],
    [
      'an endpoint without a URL',
      { endpoint: ['/v1/chat/completions'] },
      [open],
      {},
      /^--endpoint needs --url/,
    ],
  ])('refuses %s', (_, parsed, scenarios, more, message) => {
    expect(() => lines(parsed, document(scenarios, more))).toThrow(message);
  });

  it('leaves a file that is no map to the parser', () => {
    expect(lines({ requestRate: ['5'] }, { document: ['no', 'map'] })).toEqual([]);
  });
});
