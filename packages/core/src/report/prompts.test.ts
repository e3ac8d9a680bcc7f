import { describe, expect, it } from 'vitest';
import { PromptSum } from '../metrics/prompt-tally.ts';
import { lengthFacts, lengthNotes } from './lengths.ts';
import { promptFacts, promptNotes } from './prompts.ts';

function group(scenario: string, sent: number, unique: number, rows: readonly number[], region = 'eu') {
  const prompts = new PromptSum();
  if (sent > 0) prompts.add({ sent, unique, rows });
  return { labels: { provider: 'own', model: 'm', scenario, region, phase: 'main' as const }, prompts };
}

describe('promptFacts', () => {
  it('counts the different prompts', () => {
    expect(promptFacts(group('a', 10, 2, [0, 5]))).toEqual({ sent: 10, distinct: 4 });
    expect(promptFacts(group('a', 0, 0, []))).toBeNull();
  });
});

describe('promptNotes', () => {
  it('say how many prompts were really different, over all regions', () => {
    const rows = Array.from({ length: 49 }, (_, row) => row);
    expect(promptNotes([group('a', 600, 0, rows), group('a', 400, 0, rows, 'us')])).toEqual([
      'Prompts were sent more than once (a to own/m: 1,000 requests, 49 distinct prompts): a server that caches prompts answers faster here than with real traffic.',
    ]);
  });

  it('name three places and count the others', () => {
    const same = ['a', 'b', 'c', 'd', 'e'].map((name) => group(name, 2, 0, [0]));
    expect(promptNotes(same)[0]).toContain(
      'c to own/m: 2 requests, all with the same prompt; and 2 more): a server',
    );
  });

  it('count what the warm-up sent', () => {
    const { prompts, labels } = group('a', 2, 0, [0, 1]);
    const warmup = { prompts, labels: { ...labels, phase: 'warmup' as const } };
    expect(promptNotes([group('a', 10, 0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), warmup])[0]).toContain(
      '(a to own/m: 12 requests with the warm-up, 10 distinct prompts)',
    );
    expect(promptNotes([group('a', 1, 0, [3]), warmup])).toEqual([]);
  });

  it('are silent where none repeats', () => {
    expect(promptNotes([group('a', 5, 5, []), group('b', 1, 0, [0]), group('c', 0, 0, [])])).toEqual([]);
  });
});

const counters = {
  asked_input_requests: 4,
  asked_input_tokens: 2048,
  delivered_input_tokens: 1992,
  asked_output_requests: 4,
  asked_output_tokens: 512,
  delivered_output_tokens: 308,
};

describe('lengthFacts', () => {
  it('are means of the requests that say both', () => {
    expect(lengthFacts({ counters })).toEqual({
      asked_input: 512,
      delivered_input: 498,
      asked_output: 128,
      delivered_output: 77,
    });
    expect(lengthFacts({ counters: { asked_output_requests: 3, asked_output_tokens: 10 } })).toEqual({
      asked_input: null,
      delivered_input: null,
      asked_output: 3.3,
      delivered_output: 0,
    });
    expect(lengthFacts({ counters: {} })).toBeNull();
  });
});

describe('lengthNotes', () => {
  it('speak of what is more than 5 % off', () => {
    expect(lengthNotes({ counters })).toEqual([
      'Asked were answers of 128 output tokens on average, 77 came: the model stopped early (vLLM and SGLang go on with `extra_body: { ignore_eos: true }`).',
    ]);
    const [input, output] = lengthNotes({
      counters: { ...counters, delivered_input_tokens: 2200, delivered_output_tokens: 600 },
    });
    expect(input).toBe(
      'Asked were prompts of 512 input tokens on average, the server counted 550. Its chat template and a system message come on top; `execution.tokenizer` makes the prompts themselves exact.',
    );
    expect(output).toMatch(
      /^Asked were answers of 128 output tokens on average, 150 came: more than the limit/,
    );
    const near = { ...counters, delivered_input_tokens: 2148, delivered_output_tokens: 488 };
    expect(lengthNotes({ counters: near })).toEqual([]);
  });
});
