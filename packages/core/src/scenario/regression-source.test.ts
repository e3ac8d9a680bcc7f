import { describe, expect, it } from 'vitest';
import { problemLines, withWorkload } from './__fixtures__/scenarios.ts';
import { parseScenario } from './parse.ts';

function withRegression(text: string): string {
  return `${withWorkload('requests: 1')}regression: ${text}`;
}

describe('regression', () => {
  it('is a baseline, a confidence and limits, with paths from the folder of the file', () => {
    const text = withRegression(
      '{ baseline: ["./a.json", "@release"], limits: { ttft.p95: 10%, errors: 0.5pp } }',
    );
    const context = { env: { KEY: 'k' }, readText: () => '', hash: () => '' };
    const { scenario } = parseScenario({ path: 'folder/s.yaml', text }, context);
    expect(scenario.regression).toEqual({
      baselines: ['./a.json', '@release'],
      paths: ['folder/a.json', 'folder/@release'],
      confidence: 0.95,
      limits: [
        { metric: 'ttft.p95', text: '10%', amount: 0.1, of: 'base' },
        { metric: 'errors', text: '0.5pp', amount: 0.005, of: 'points' },
      ],
      runs: [],
    });
  });

  it.each([
    ['{ baseline: b.json }', /`regression` has no `limits`/],
    ['{ limits: { errors: 1pp } }', /`regression` has no `baseline`/],
    ['{ baseline: [], limits: { errors: 1pp } }', /`baseline` must not be empty/],
    ['{ baseline: 5, limits: { errors: 1pp } }', /must be the path of a report/],
    [
      '{ baseline: b.json, confidence: 100%, limits: { errors: 1pp } }',
      /must be at least 50% and below 100%/,
    ],
    ['{ baseline: b.json, limits: { ttft.p95: 10 } }', /must be a share such as 10% or 0\.5pp/],
    ['{ baseline: b.json, limits: { ttft.p59: 10% } }', /There is no figure `ttft\.p59`/],
  ])('%s is refused', (text, problem) => {
    const lines = problemLines(withRegression(text));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(problem);
    expect(lines[0]).toMatch(/^\d+:\d+ /);
  });
});
