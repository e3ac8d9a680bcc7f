import { describe, expect, it } from 'vitest';
import { readCompareOptions } from './read-compare-options.ts';

describe('what is compared', () => {
  it('is a file, by its place or by --config', () => {
    for (const options of [
      readCompareOptions('a.yaml', {}),
      readCompareOptions(undefined, { config: ['a.yaml'] }),
    ]) {
      expect(options).toMatchObject({ run: { file: 'a.yaml' }, sequential: false, rounds: 1 });
    }
  });

  it('is models of the command line, each once', () => {
    const { run } = readCompareOptions(undefined, {
      models: ['a, b', 'c'],
      model: ['b'],
      requestCount: ['5'],
    });
    expect(run.scenario.models).toEqual(['b', 'a', 'c']);
  });

  it('goes to a file of its own: reports are for --export', () => {
    const { run, output } = readCompareOptions('a.yaml', { output: ['c.json'], export: ['json=r.json'] });
    expect(output).toBe('c.json');
    expect(run.scenario.exports).toMatchObject([{ path: 'r.json' }]);
  });

  it.each([
    [undefined, {}, 'nothing to compare'],
    ['a.yaml', { config: ['b.yaml'] }, 'FILE and --config: choose one'],
    ['a.yaml', { rounds: ['2'] }, '--rounds needs --sequential'],
    ['a.yaml', { output: ['-'] }, '--json prints the comparison'],
    ['a.yaml', { models: ['a,,b'] }, '--models: expected names'],
    ['a.yaml', { redis: ['redis://h'], detach: true }, '--detach: a comparison waits'],
  ])('%j with %j is refused', (file, parsed, message) => {
    expect(() => readCompareOptions(file, parsed)).toThrow(message);
  });
});
