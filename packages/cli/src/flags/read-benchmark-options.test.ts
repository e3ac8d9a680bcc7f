import { describe, expect, it } from 'vitest';
import { readBenchmarkOptions } from './read-benchmark-options.ts';
import type { BenchmarkRun } from './read-benchmark-options.ts';

const read = (
  parsed: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
) => readBenchmarkOptions(parsed, environment) as BenchmarkRun;

describe('the target of a benchmark', () => {
  it('is GLM where its key is set and nothing else is said', () => {
    const { run, asksFor } = read({}, { GLM_API_KEY: 'k' });
    expect(run.scenario).toMatchObject({
      provider: 'glm',
      models: ['glm-4.6'],
      requestCount: 10,
      concurrency: 1,
    });
    expect(asksFor).toEqual([]);
  });

  it('is the address in the environment where no key of GLM is set', () => {
    const address = { OPENAI_BASE_URL: 'http://h/v1' };
    expect(read({}, address).asksFor).toEqual(['model']);
    expect(read({ model: ['m'] }, address)).toMatchObject({ asksFor: [] });
    expect(read({}, { ...address, GLM_API_KEY: 'k' })).toMatchObject({
      asksFor: [],
      run: { scenario: { provider: 'glm' } },
    });
  });

  it('is what the flags say, whatever keys are set', () => {
    const { run, asksFor } = read(
      { provider: ['openai'], model: ['gpt-4o-mini'] },
      { GLM_API_KEY: 'k', OPENAI_API_KEY: 'o' },
    );
    expect(run.scenario).toMatchObject({ provider: 'openai', models: ['gpt-4o-mini'] });
    expect(asksFor).toEqual([]);
    expect(
      read({ url: ['http://h'], model: ['m'] }, { GLM_API_KEY: 'k' }).run.scenario.provider,
    ).toBeUndefined();
  });

  it.each([
    [{}, ['provider', 'model']],
    [{ model: ['m'] }, ['provider']],
    [{ provider: ['openai'] }, ['model']],
    [{ url: ['http://h'] }, ['model']],
    [{ withSim: true }, ['model']],
  ])('is asked for where %j does not say it', (parsed, asksFor) => {
    expect(read(parsed).asksFor).toEqual(asksFor);
  });
});

it('limits answers unless told otherwise', () => {
  expect(read({ model: ['m'] }).run.scenario.maxTokens).toBe(1024);
  expect(read({ model: ['m'], maxTokens: ['64'] }).run.scenario.maxTokens).toBe(64);
});

it.each([
  [{ instances: ['0'] }, '--instances 0'],
  [{ model: ['a', 'b'] }, 'a benchmark is of one model'],
  [{ outputDir: [' '] }, '--output-dir: expected a folder'],
  [{ merge: ['a.csv'], instances: ['2'] }, '--instances and --merge'],
])('%j is refused', (parsed, message) => {
  expect(() => read(parsed)).toThrow(message);
});
