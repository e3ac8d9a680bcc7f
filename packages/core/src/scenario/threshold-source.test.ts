import { describe, expect, it } from 'vitest';
import { parseText, problemLines, withWorkload } from './__fixtures__/scenarios.ts';

function scenario(thresholds: string): string {
  return `${withWorkload('requests: 1')}thresholds:\n${thresholds.replaceAll(/^/gm, '  ')}\n`;
}

describe('thresholds', () => {
  it('may be one expression or a list', () => {
    const { thresholds } = parseText(
      scenario('errors: rate < 1%\nttft: [{ threshold: "max < 1s" }]'),
    ).scenario;
    const plain = { abortOnFail: false, delayAbortEvalMs: 0 };
    expect(thresholds).toEqual([
      { metric: 'errors', expression: 'rate < 1%', ...plain },
      { metric: 'ttft', expression: 'max < 1s', ...plain },
    ]);
  });

  it.each([
    ['tfft: ["p(95) < 1s"]', /^8:10 .*`tfft`.*did you mean `ttft`/],
    ['ttft: ["p95 < 1s"]', /^8:10 .*p\(95\)/],
    [
      'ttft: [{ threshold: "max < 1s", windw: 5s }]',
      /^8:35 unknown key `windw` \(did you mean `window`\?\)$/,
    ],
    ['ttft: [{ threshold: "max ? 1s" }]', /^8:23 /],
    [
      '"ttft{scenario:laod}": ["max < 1s"]',
      /^8:3 no scenario of this file is called `laod` \(did you mean `load`\?\)$/,
    ],
    [
      '"ttft{provider:own}": 5',
      /^8:25 .* must be an expression such as "p\(95\) < 800ms", or a list of them$/,
    ],
  ])('refuses %s', (lines, problem) => {
    expect(problemLines(scenario(lines))).toEqual([expect.stringMatching(problem)]);
  });
});
