import { describe, expect, it } from 'vitest';
import { readDiffOptions } from './diff-options.ts';

describe('readDiffOptions', () => {
  it('takes two runs, or lists of them', () => {
    expect(readDiffOptions(['a', 'b'], {}, {})).toMatchObject({
      base: ['a'],
      next: ['b'],
      confidence: 0.95,
      limits: [],
      show: 'text',
    });
    expect(readDiffOptions(['a, b', 'c'], {}, {})).toMatchObject({ base: ['a', 'b'], next: ['c'] });
    const flags = { base: ['a', 'b'], new: ['c,d'] };
    expect(readDiffOptions([], flags, {})).toMatchObject({ base: ['a', 'b'], next: ['c', 'd'] });
  });

  it('reads figures, limits and groups', () => {
    const parsed = {
      metric: ['ttft', 'errors,e2e.p999'],
      limit: ['ttft.p95=10%'],
      group: ['model,region'],
      confidence: ['99%'],
    };
    expect(readDiffOptions(['a', 'b'], parsed, {})).toMatchObject({
      figures: ['ttft.mean', 'ttft.p50', 'ttft.p90', 'ttft.p95', 'ttft.p99', 'errors', 'e2e.p999'],
      limits: [{ metric: 'ttft.p95', amount: 0.1 }],
      groupBy: ['model', 'region'],
      confidence: 0.99,
    });
  });

  it.each([
    [['a'], {}, 'expected 2 runs, BASE and NEW, and got 1'],
    [['a', 'b'], { base: ['c'], new: ['d'] }, '--base and --new take the place of BASE and NEW: a b'],
    [[], { base: ['c'] }, '--new is missing'],
    [['a', 'b'], { json: true, markdown: true }, '--json and --markdown: choose one'],
    [['a', 'b'], { confidence: ['95'] }, '--confidence 95: expected a share'],
    [['a', 'b'], { metric: ['tftt.p95'] }, 'did you mean `ttft.p95`?'],
    [['a', 'b'], { limit: ['errors=1pp', 'errors=2pp'] }, '--limit: errors has two limits'],
    [['a', 'b'], { failOn: ['cannot-tell'] }, '--fail-on cannot-tell needs a --limit'],
    [['a', 'b'], { group: ['server'] }, '--group server: expected provider, model, scenario, region'],
  ])('refuses %j with %j', (runs, parsed, problem) => {
    expect(() => readDiffOptions(runs, parsed, {})).toThrow(problem);
  });
});
