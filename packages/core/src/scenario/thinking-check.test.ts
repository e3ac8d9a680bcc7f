import { describe, expect, it } from 'vitest';
import { contextOf, problemLines } from './__fixtures__/scenarios.ts';

function problems(workload: string, provider = 'type: anthropic'): readonly string[] {
  const text = `providers: [{ name: own, ${provider}, base_url: "http://h", models: [m] }]
workload: { scenarios: [{ name: w, prompt: Hi, requests: 1, ${workload} }] }
`;
  return problemLines(text, contextOf());
}

const budget = (tokens: number): string =>
  `extra_body: { thinking: { type: enabled, budget_tokens: ${tokens} } }`;

describe('a thinking budget', () => {
  it('leaves room for the answer', () => {
    expect(problems(budget(2048))).toEqual([
      expect.stringMatching(
        /^2:\d+ `budget_tokens` \(2048\) must be below `max_tokens` \(1024, the default\) \(max_tokens limits thinking and answer together\)$/,
      ),
    ]);
    expect(problems(`max_tokens: 2048, ${budget(2048)}`)).toHaveLength(1);
    expect(() => problems(`max_tokens: 2049, ${budget(2048)}`)).toThrow('accepted');
    const inBody = 'extra_body: { max_tokens: 4096, thinking: { type: enabled, budget_tokens: 2048 } }';
    expect(() => problems(inBody)).toThrow('accepted');
  });

  it('has a least size, and goes with no other temperature', () => {
    expect(problems(`max_tokens: 4096, temperature: 0.5, ${budget(1000)}`)).toEqual([
      expect.stringContaining('a `temperature` other than 1 does not go with thinking'),
      expect.stringContaining('`budget_tokens` must be at least 1024'),
    ]);
    expect(() => problems(`max_tokens: 4096, temperature: 1, ${budget(1024)}`)).toThrow('accepted');
  });

  it('may be larger than the limit where thinking is interleaved', () => {
    const beta = 'headers: { anthropic-beta: interleaved-thinking-2025-05-14 }';
    expect(() => problems(`${beta}, ${budget(2048)}`)).toThrow('accepted');
    expect(() => problems(budget(2048), `type: anthropic, ${beta}`)).toThrow('accepted');
  });

  it('is nothing to other dialects, nor where it is of another shape', () => {
    expect(() => problems(budget(9), 'type: openai-compatible')).toThrow('accepted');
    expect(() => problems('extra_body: { thinking: { type: adaptive } }')).toThrow('accepted');
    expect(() => problems('extra_body: { thinking: true }')).toThrow('accepted');
    expect(() => problems('extra_body: { thinking: { type: enabled, budget_tokens: many } }')).toThrow(
      'accepted',
    );
  });
});
