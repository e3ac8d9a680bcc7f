import { defaultExecution } from './output.ts';
import { describe, expect, it } from 'vitest';
import { TokenstormError } from '../errors.ts';
import { parseText, problemLines, withWorkload } from './__fixtures__/scenarios.ts';
import { context, wholeScenario } from './__fixtures__/whole-scenario.ts';

describe('parseScenario', () => {
  it('fills in every default and keeps references of the workers', () => {
    const { scenario, datasets } = parseText(wholeScenario, context);
    const own = {
      provider: 'own',
      type: 'openai-compatible',
      endpoint: 'chat',
      baseUrl: { eu: '${EU}', us: 'http://us:8000/v1' },
      apiKey: '${KEY}',
      headers: { 'x-trace': 't-${KEY}' },
      query: { v: '1' },
      tls: { insecure: true, ca: '-----BEGIN CERTIFICATE-----\nx\n' },
      http2: true,
    };
    expect(scenario).toEqual({
      name: 'whole',
      seed: 7,
      regions: [
        { name: 'eu', weight: 0.25 },
        { name: 'us', weight: 0.75 },
      ],
      targets: [
        { ...own, key: 'own/a', model: 'a' },
        { ...own, key: 'own/b', model: 'b' },
        {
          key: 'openai/gpt-4o-mini',
          provider: 'openai',
          type: 'openai',
          endpoint: 'chat',
          model: 'gpt-4o-mini',
          baseUrl: 'https://api.openai.com/v1',
          apiKey: '${KEY}',
          headers: {},
          query: {},
          tls: { insecure: false },
          http2: false,
          price: {
            input: 0.15,
            output: 0.6,
            cachedInput: 0.075,
            origin: {
              source: 'table',
              date: '2025-07-04',
              place: 'https://platform.openai.com/docs/pricing',
            },
          },
        },
      ],
      workloads: [
        {
          name: 'ramp',
          targets: ['own/a', 'own/b'],
          load: {
            executor: 'ramping-arrival-rate',
            startRatePerSecond: 1,
            stages: [
              { durationMs: 30_000, target: 20 },
              { durationMs: 0, target: 5.5 },
            ],
            arrivals: { gamma: { burstiness: 0.5 } },
            maxInFlight: 400,
          },
          startAfterMs: 2_000,
          warmupMs: 10_000,
          gracefulStopMs: 60_000,
          prompts: {
            kind: 'dataset',
            dataset: 'id of 20.jsonl',
            template: [
              { role: 'system', content: 'Be brief.' },
              { role: 'user', content: 'Q: {{question}}' },
            ],
          },
          cacheBust: false,
          stream: false,
          maxTokens: 256,
          temperature: 0,
          extraBody: { ignore_eos: true },
          headers: { 'x-a': '1', 'x-b': '2' },
          slo: { ttftMs: 300 },
          timeouts: { connectMs: 1_000, firstTokenMs: 3_000, idleMs: 30_000, totalMs: 10_000 },
        },
        {
          name: 'plain',
          targets: ['own/a', 'own/b', 'openai/gpt-4o-mini'],
          load: {
            executor: 'constant-arrival-rate',
            ratePerSecond: 2,
            durationMs: 90_000,
            arrivals: 'constant',
            maxInFlight: 1_000,
          },
          startAfterMs: 0,
          warmupMs: 0,
          gracefulStopMs: 30_000,
          prompts: { kind: 'messages', messages: [{ role: 'user', content: 'Hi' }] },
          cacheBust: false,
          stream: true,
          maxTokens: 256,
          extraBody: {},
          headers: { 'x-a': '1', 'x-b': '1' },
          slo: { ttftMs: 500, tpotMs: 50, e2eMs: 30_000 },
          timeouts: { connectMs: 1_000, firstTokenMs: 60_000, idleMs: 30_000, totalMs: 10_000 },
        },
      ],
      limits: [],
      execution: {
        maxConcurrency: 50,
        warmupRequests: 5,
        onInvalid: 'warn',
        onWorkerLoss: 'resume',
        client: 'wire',
        retry: { maxAttempts: 4, initialBackoffMs: 250, maxBackoffMs: 8000.5 },
      },
      thresholds: [
        { metric: 'ttft', expression: 'p(95) < 800ms', abortOnFail: false, delayAbortEvalMs: 0 },
        {
          metric: 'ttft',
          expression: 'p(99) < 2s',
          windowMs: 30_000,
          abortOnFail: true,
          delayAbortEvalMs: 10_000,
        },
        { metric: 'errors{scenario:ramp}', expression: 'rate < 1%', abortOnFail: false, delayAbortEvalMs: 0 },
      ],
      exports: [{ format: 'json', path: './results/{name}_{timestamp}.json' }],
    });
    expect(datasets).toEqual([
      { id: 'id of 20.jsonl', path: 'p.jsonl', rows: [{ columns: { question: 'Why?' } }] },
    ]);
    expect(JSON.parse(JSON.stringify(scenario))).toEqual(scenario);
  });

  it('has a name, a seed and a region where the file has none', () => {
    const { scenario } = parseText(withWorkload('requests: 3'));
    expect(scenario).toMatchObject({ name: 'test', seed: 42, regions: [{ name: 'default', weight: 1 }] });
    expect(scenario.execution).toEqual(defaultExecution);
    expect(defaultExecution.retry).toEqual({ maxAttempts: 1, initialBackoffMs: 1000, maxBackoffMs: 30_000 });
  });

  it('takes JSON as well', () => {
    const text = JSON.stringify({
      $schema: './scenario.schema.json',
      providers: [{ name: 'own', type: 'openai-compatible', base_url: 'http://h/v1', models: ['m'] }],
      workload: { scenarios: [{ name: 'w', prompt: 'Hi', requests: 1 }] },
    });
    expect(parseText(text).scenario.workloads[0]?.load).toMatchObject({ iterations: 1, vus: 1 });
  });

  it('lists every problem at once, in order, with its line, a mark and what was meant', () => {
    const text = `name: chat
sed: 42
providers:
  - name: own
    type: openai-compatible
    base_url: http://127.0.0.1:8000/v1
    modles: [m]
workload:
  scenarios:
    - name: steady
      executor: constant-arival-rate
      prompt: Hi
      rate: fast
      duration: 30
`;
    const error = thrown(text);
    expect(error).toBeInstanceOf(TokenstormError);
    expect(error).toMatchObject({ code: 'E_SCENARIO_INVALID', exitCode: 2 });
    expect(error.message).toBe(`scenario: 6 problems

dir/test.yaml:2:1: unknown key \`sed\`
  2 | sed: 42
    | ^^^
  hint: did you mean \`seed\`?

dir/test.yaml:4:5: \`models\` is missing
  4 |   - name: own
    |     ^^^^^^^^^

dir/test.yaml:7:5: unknown key \`modles\`
  7 |     modles: [m]
    |     ^^^^^^
  hint: did you mean \`models\`?

dir/test.yaml:11:17: \`executor\` must be constant-arrival-rate, ramping-arrival-rate, constant-vus, ramping-vus, shared-iterations or trace-replay
  11 |       executor: constant-arival-rate
     |                 ^^^^^^^^^^^^^^^^^^^^
  hint: did you mean \`constant-arrival-rate\`?

dir/test.yaml:13:13: \`rate\` must be a number, not text
  13 |       rate: fast
     |             ^^^^

dir/test.yaml:14:17: \`duration\` must be a duration such as 500ms, 5s, 1m30s or 2h: a number alone has no unit
  14 |       duration: 30
     |                 ^^`);
  });

  it('says what a file lacks as a whole', () => {
    expect(problemLines('name: x\n')).toEqual(['1:1 `providers` is missing', '1:1 `workload` is missing']);
    expect(problemLines('[1]\n')).toEqual(['1:1 the scenario must be a map, not a list']);
    expect(problemLines('providers: []\nworkload: { scenarios: }\n')).toEqual([
      '1:12 `providers` must not be empty',
      '2:13 `scenarios` is empty: it must be a list',
    ]);
  });

  it('checks each section for itself, so that one mistake does not hide another', () => {
    const text = `${withWorkload('requests: 1\nslo: { ttft: 0s }')}
execution: { max_concurrency: 1.5, on_invalid: fial }
slo: { ttft: soon, tpott: 1s }
regions: { eu: 60%, us: 30% }
version: 2
output: { export: [{ format: jsno, path: x }] }
`;
    expect(problemLines(text)).toEqual([
      '7:20 `ttft` must be longer than 0',
      '9:31 `max_concurrency` must be a whole number, not a fraction',
      '9:48 `on_invalid` must be fail or warn (did you mean `fail`?)',
      '10:14 `ttft` must be a duration such as 500ms, 5s, 1m30s or 2h',
      '10:20 unknown key `tpott` (did you mean `tpot`?)',
      '11:1 the shares of `regions` add up to 90%, not 100%',
      '12:10 `version` must be 1',
      expect.stringMatching(/^13:30 `format` must be json, .* \(did you mean `json`\?\)$/),
    ]);
  });

  it('refuses a back-off that begins above its end, and attempts that are none', () => {
    const retry = (text: string) => `${withWorkload('requests: 1')}execution: { retry: { ${text} } }`;
    expect(problemLines(retry('initial_backoff_ms: 500, max_backoff_ms: 499'))).toEqual([
      '7:43 `initial_backoff_ms` (500) is above `max_backoff_ms` (499)',
    ]);
    expect(problemLines(retry('initial_backoff_ms: 40000'))).toEqual([
      '7:43 `initial_backoff_ms` (40000) is above `max_backoff_ms` (30000, its default)',
    ]);
    expect(problemLines(retry('max_backoff_ms: 10'))).toEqual([
      '7:39 `initial_backoff_ms` (1000, its default) is above `max_backoff_ms` (10)',
    ]);
    expect(problemLines(retry('max_attempts: 0, initial_backoff_ms: 0, max_backof_ms: 1'))).toEqual([
      '7:37 `max_attempts` must be at least 1',
      '7:60 `initial_backoff_ms` must be above 0',
      '7:63 unknown key `max_backof_ms` (did you mean `max_backoff_ms`?)',
    ]);
    const equal = parseText(retry('max_attempts: 2, initial_backoff_ms: 7, max_backoff_ms: 7')).scenario;
    expect(equal.execution.retry).toEqual({ maxAttempts: 2, initialBackoffMs: 7, maxBackoffMs: 7 });
  });

  it('resolves references elsewhere when it parses; a plain one may be a number', () => {
    const text = withWorkload(
      'executor: constant-arrival-rate\nrate: ${RATE}\nduration: 5s\nsystem: "$${RATE} is ${RATE}"',
    );
    const workload = parseText(text, context).scenario.workloads[0];
    expect(workload?.load).toMatchObject({ ratePerSecond: 2.5 });
    expect(workload?.prompts).toMatchObject({ messages: [{ content: '${RATE} is 2.5' }, {}] });
    expect(problemLines(text)).toEqual([
      '7:13 the environment variable `RATE` is not set (write $${NAME} for a literal ${NAME})',
      '9:15 the environment variable `RATE` is not set (write $${NAME} for a literal ${NAME})',
    ]);
  });
});

function thrown(text: string): Error {
  try {
    parseText(text);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('The scenario was accepted.');
}
