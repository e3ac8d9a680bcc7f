import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines } from './__fixtures__/scenarios.ts';

/** A file in the shape that LLM-Latency-Lens users have. */
const benchmark = readFileSync(new URL('__fixtures__/benchmark.yaml', import.meta.url), 'utf8');

describe('benchmark.yaml', () => {
  it('needs a key for each of its vendors, and nothing else', () => {
    const lines = problemLines(benchmark, contextOf());
    expect(lines).toEqual([
      expect.stringContaining('`OPENAI_API_KEY` is not set'),
      expect.stringContaining('`ANTHROPIC_API_KEY` is not set'),
    ]);
  });

  it('parses as it stands', () => {
    const env = { OPENAI_BASE_URL: 'http://127.0.0.1:8089/v1', ANTHROPIC_API_KEY: 'k' };
    const { scenario } = parseText(benchmark, contextOf(env));
    expect(scenario.targets.map(({ key, baseUrl }) => [key, baseUrl])).toEqual([
      ['openai/gpt-4-turbo-preview', '${OPENAI_BASE_URL}'],
      ['openai/gpt-3.5-turbo', '${OPENAI_BASE_URL}'],
      ['anthropic/claude-3-opus-20240229', 'https://api.anthropic.com'],
    ]);
    expect(scenario.workloads.map(({ name, load, stream }) => ({ name, load, stream }))).toMatchObject([
      { name: 'short_prompt_high_concurrency', load: { iterations: 100, vus: 20 }, stream: true },
      { name: 'long_prompt_streaming', load: { iterations: 50, vus: 5 }, stream: true },
    ]);
    expect(scenario.execution).toEqual({
      maxConcurrency: 50,
      warmupRequests: 5,
      onInvalid: 'fail',
      onWorkerLoss: 'resume',
      client: 'wire',
      retry: { maxAttempts: 3, initialBackoffMs: 1_000, maxBackoffMs: 30_000 },
    });
    expect(scenario.exports).toEqual([
      { format: 'json', path: './results/benchmark_{timestamp}.json' },
      { format: 'csv', path: './results/benchmark_{timestamp}.csv' },
    ]);
  });
});
