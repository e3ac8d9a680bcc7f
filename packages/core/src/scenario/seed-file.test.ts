import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines } from './__fixtures__/scenarios.ts';

/** A file in the shape that LLM-Latency-Lens users have. */
const benchmark = `# benchmark.yaml
providers:
  - name: openai
    models: [gpt-4-turbo-preview, gpt-3.5-turbo]
  - name: anthropic
    models: [claude-3-opus-20240229]

workload:
  scenarios:
    - name: short_prompt_high_concurrency
      prompt: "What is the capital of France?"
      requests: 100
      concurrency: 20

    - name: long_prompt_streaming
      prompt: "Write a comprehensive guide to machine learning"
      requests: 50
      concurrency: 5
      stream: true

execution:
  max_concurrency: 50
  warmup_requests: 5
  retry:
    max_attempts: 3
    initial_backoff_ms: 1000

output:
  export:
    - format: json
      path: ./results/benchmark_{timestamp}.json
    - format: csv
      path: ./results/benchmark_{timestamp}.csv
`;

const builtPart = benchmark
  .replace('  - name: anthropic\n    models: [claude-3-opus-20240229]\n', '')
  .replace('  retry:\n    max_attempts: 3\n    initial_backoff_ms: 1000\n', '')
  .replace('    - format: csv\n      path: ./results/benchmark_{timestamp}.csv\n', '');

describe('benchmark.yaml', () => {
  it.each([{}, { OPENAI_API_KEY: 'k' }, { OPENAI_BASE_URL: 'http://127.0.0.1:8089/v1' }])(
    'is refused as it stands for exactly three parts, with %j',
    (env) => {
      expect(problemLines(benchmark, contextOf(env))).toEqual([
        '5:11 provider `anthropic` is not supported yet (supported now: openai, openai-compatible)',
        '24:3 `retry` is not supported yet',
        '32:15 export format `csv` is not supported yet (supported now: json)',
      ]);
    },
  );

  it('parses without these three', () => {
    const { scenario } = parseText(builtPart, contextOf({ OPENAI_BASE_URL: 'http://127.0.0.1:8089/v1' }));
    expect(scenario.targets.map(({ key, baseUrl }) => [key, baseUrl])).toEqual([
      ['openai/gpt-4-turbo-preview', '${OPENAI_BASE_URL}'],
      ['openai/gpt-3.5-turbo', '${OPENAI_BASE_URL}'],
    ]);
    expect(scenario.workloads.map(({ name, load, stream }) => ({ name, load, stream }))).toMatchObject([
      { name: 'short_prompt_high_concurrency', load: { iterations: 100, vus: 20 }, stream: true },
      { name: 'long_prompt_streaming', load: { iterations: 50, vus: 5 }, stream: true },
    ]);
    expect(scenario.execution).toEqual({ maxConcurrency: 50, warmupRequests: 5, onInvalid: 'fail' });
    expect(scenario.exports).toEqual([{ format: 'json', path: './results/benchmark_{timestamp}.json' }]);
  });
});
