import { describe, expect, it } from 'vitest';
import { parseText, problemLines, problemsOf, withWorkload } from './__fixtures__/scenarios.ts';
import { context } from './__fixtures__/whole-scenario.ts';
import { parseScenario } from './parse.ts';

describe('flags', () => {
  const file = withWorkload('executor: constant-arrival-rate\nrate: 1\nduration: 5s');
  const rate = ['workload', 'scenarios', 0, 'rate'];

  it('win over the file, and are cited where they are wrong', () => {
    const set = (value: unknown) => [{ path: rate, value, origin: '--request-rate' }];
    expect(parseText(file, context, set(20)).scenario.workloads[0]?.load).toMatchObject({
      ratePerSecond: 20,
    });
    expect(problemLines(file, context, set('many'))).toEqual([
      '--request-rate `rate` must be a number, not text',
    ]);
    expect(problemsOf(file, context, set(-1))[0]?.place).toEqual({ flag: '--request-rate' });
  });

  it('may remove a key and turn a load into another', () => {
    const load = ['workload', 'scenarios', 0];
    const { scenario } = parseText(file, context, [
      { path: [...load, 'executor'], value: undefined, origin: '--request-count' },
      { path: [...load, 'rate'], value: undefined, origin: '--request-count' },
      { path: [...load, 'duration'], value: undefined, origin: '--request-count' },
      { path: [...load, 'requests'], value: 8, origin: '--request-count' },
      { path: [...load, 'concurrency'], value: 2, origin: '--concurrency' },
    ]);
    expect(scenario.workloads[0]?.load).toMatchObject({
      executor: 'shared-iterations',
      vus: 2,
      iterations: 8,
    });
  });

  it('say everything where there is no file', () => {
    const flags = [
      { path: ['providers', 0, 'name'], value: 'openai-compatible', origin: 'the command line' },
      { path: ['providers', 0, 'models'], value: ['m'], origin: '--model' },
      { path: ['workload', 'scenarios', 0, 'name'], value: 'cli', origin: 'the command line' },
      { path: ['workload', 'scenarios', 0, 'prompt'], value: 'Say ${HOME}', origin: '--prompt' },
      { path: ['workload', 'scenarios', 0, 'requests'], value: 5, origin: '--request-count' },
    ];
    const url = { path: ['providers', 0, 'base_url'], value: 'http://h:1', origin: '--url' };
    const { scenario } = parseScenario(undefined, context, [...flags, url]);
    expect(scenario).toMatchObject({
      name: 'run',
      targets: [{ key: 'openai-compatible/m', baseUrl: 'http://h:1' }],
    });
    expect(scenario.workloads[0]?.prompts).toMatchObject({ messages: [{ content: 'Say ${HOME}' }] });
    expect(() => parseScenario(undefined, context, flags)).toThrow(
      'the command line: `base_url` is missing: provider `openai-compatible` has no default',
    );
    expect(() => parseScenario(undefined, context)).toThrow('`providers` is missing');
  });
});
