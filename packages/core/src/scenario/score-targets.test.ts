import { expect, it } from 'vitest';
import { parseText, problemLines } from './__fixtures__/scenarios.ts';

function scenario(targets: string): string {
  return `providers: [{ name: own, type: openai-compatible, base_url: "http://h", models: [m] }]
workload: { scenarios: [{ name: load, prompt: Hi, requests: 1 }] }
targets: ${targets}`;
}

it('target times of timer_score are read in milliseconds', () => {
  expect(parseText(scenario('{ first_token: 500ms, total: 5s }')).scenario.scoreTargets).toEqual({
    firstTokenMs: 500,
    totalMs: 5000,
  });
  expect(parseText(scenario('{ total: 90s }')).scenario.scoreTargets).toEqual({ totalMs: 90_000 });
});

it('a target of 0 and a section without one are problems', () => {
  expect(problemLines(scenario('{ first_token: 0s }'))).toHaveLength(1);
  expect(problemLines(scenario('{}'))).toEqual([
    '3:1 `targets` holds no time (there are first_token and total)',
  ]);
});
