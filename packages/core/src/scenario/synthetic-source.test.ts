import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines, withWorkload } from './__fixtures__/scenarios.ts';

function scenario(lines: string): string {
  return withWorkload(`requests: 1\n${lines}`).replace('      prompt: Hi\n', '');
}

function promptsOf(lines: string) {
  return parseText(scenario(lines)).scenario.workloads[0]?.prompts;
}

describe('synthetic', () => {
  it.each([
    ['512', { kind: 'fixed', tokens: 512 }],
    ['{ mean: 512 }', { kind: 'fixed', tokens: 512 }],
    ['{ mean: 512, stddev: 64 }', { kind: 'normal', mean: 512, stddev: 64 }],
    ['{ min: 100, max: 1000 }', { kind: 'uniform', min: 100, max: 1000 }],
    ['{ median: 400, sigma: 0.7 }', { kind: 'lognormal', median: 400, sigma: 0.7 }],
  ])('reads input_tokens: %s', (written, inputTokens) => {
    expect(promptsOf(`synthetic: { input_tokens: ${written} }`)).toEqual({
      kind: 'synthetic',
      inputTokens,
      sharedPrefixTokens: 0,
    });
  });

  it('reads the rest', () => {
    expect(
      promptsOf(
        'system: You.\nsynthetic: { input_tokens: 512, output_tokens: { min: 1, max: 9 }, shared_prefix_tokens: 256, unique: false, distinct: 5 }',
      ),
    ).toEqual({
      kind: 'synthetic',
      inputTokens: { kind: 'fixed', tokens: 512 },
      outputTokens: { kind: 'uniform', min: 1, max: 9 },
      sharedPrefixTokens: 256,
      distinct: 5,
      system: 'You.',
    });
    expect(promptsOf('synthetic: { input_tokens: 512, unique: true }')).not.toHaveProperty('distinct');
  });

  it('reads cache_bust of any prompts', () => {
    expect(parseText(withWorkload('requests: 1\ncache_bust: true')).scenario.workloads[0]?.cacheBust).toBe(
      true,
    );
  });

  it.each([
    [
      'synthetic: { input_tokens: 512, unique: false }',
      '6:47 `unique: false` needs `distinct`: how many different prompts (distinct: 100 uses 100 prompts in turn)',
    ],
    [
      'synthetic: { input_tokens: 512, unique: true, distinct: 5 }',
      '6:53 `distinct` stands beside `unique: true`: prompts are all different, or some of them repeat',
    ],
    ['synthetic: { input_tokens: { min: 9, max: 8 } }', '6:49 `max` (8) is below `min` (9)'],
    [
      'synthetic: { input_tokens: 5 }',
      '6:34 5 input tokens are too few: what makes a prompt different takes 6 (ask for at least 6)',
    ],
    [
      'synthetic: { input_tokens: { min: 1, max: 210 }, shared_prefix_tokens: 100 }',
      '6:34 105.5 input tokens are too few: what makes a prompt different takes 6 beside the 100 of the shared prefix (ask for at least 106)',
    ],
    [
      'synthetic: { input_tokens: 9, output_tokens: { min: 1, max: 10000001 } }',
      '6:52 10,000,001 tokens are too many: no text may have more than 10,000,000',
    ],
    [
      'synthetic: { input_tokens: many }',
      '6:34 `input_tokens` must be a number of tokens, { mean, stddev }, { min, max } or { median, sigma }',
    ],
    [
      'synthetic: { input_tokens: { mean: 50, sigma: 1 } }',
      '6:34 `input_tokens` is { mean, stddev }, { min, max } or { median, sigma }, not { mean, sigma }',
    ],
    [
      'synthetic: { input_tokens: { min: 50 } }',
      '6:34 `input_tokens` is { mean, stddev }, { min, max } or { median, sigma }, not { min }',
    ],
    ['synthetic: { input_tokens: { sttdev: 50 } }', '6:36 unknown key `sttdev` (did you mean `stddev`?)'],
    [
      'synthetic: { output_tokens: 9 }',
      '6:7 `input_tokens` must be a number of tokens, { mean, stddev }, { min, max } or { median, sigma }',
    ],
    [
      'synthetic: { input_tokens: 512 }\nprompt: Hi',
      '6:7 `synthetic` stands beside `prompt`: a workload has one source of prompts',
    ],
  ])('refuses %j', (lines, problem) => {
    expect(problemLines(scenario(lines))).toEqual([problem]);
  });
});

describe('execution.tokenizer', () => {
  const context = contextOf({}, { 'dir/t/tokenizer.json': '{"model":{"type":"BPE"}}', 'dir/x.json': '[1]' });
  const text = (tokenizer: string) =>
    `${withWorkload('requests: 1')}execution: { tokenizer: ${tokenizer} }\n`;

  it.each([
    ['o200k_base', { kind: 'encoding', name: 'o200k_base' }],
    ['cl100k_base', { kind: 'encoding', name: 'cl100k_base' }],
    ['./t/tokenizer.json', { kind: 'file', path: 'dir/t/tokenizer.json' }],
  ])('reads %s', (written, tokenizer) => {
    expect(parseText(text(written), context).scenario.execution.tokenizer).toEqual(tokenizer);
  });

  it.each([
    [
      'meta-llama/Llama-3.1-8B',
      "7:25 `meta-llama/Llama-3.1-8B` is neither an encoding (o200k_base, cl100k_base) nor a tokenizer.json (give the path of the model's tokenizer.json: nothing is downloaded during a run)",
    ],
    [
      './no.json',
      "7:25 cannot read ./no.json: ENOENT: no such file, open 'dir/no.json' (a path starts from the scenario file's folder)",
    ],
    [
      'x.json',
      '7:25 x.json is no Hugging Face tokenizer.json: it has no `model` (the file lies beside the weights of most open models)',
    ],
  ])('refuses %s', (written, problem) => {
    expect(problemLines(text(written), context)).toEqual([problem]);
  });
});
