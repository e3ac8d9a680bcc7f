import type { Flag } from './flag.ts';

const group = 'What to send:';

/** Flags that say which prompts are sent, how long they are, and who counts their tokens. */
export const promptFlags: readonly Flag[] = [
  {
    name: '--prompt',
    value: '<text>',
    description: "the user's message; beside --input-file a template with {{column}}",
    group,
  },
  { name: '--system', value: '<text>', description: 'system message before it', group },
  {
    name: '--input-file',
    aliases: ['--dataset-path'],
    value: '<path>',
    description: 'prompts from a JSONL, JSON or CSV file, one a row; ShareGPT conversations too',
    group,
  },
  {
    name: '--isl',
    aliases: ['--random-input-len', '--random-input', '--synthetic-input-tokens-mean'],
    value: '<tokens>',
    description: 'generated prompts of so many tokens, no two of them equal',
    group,
  },
  {
    name: '--isl-stddev',
    aliases: ['--synthetic-input-tokens-stddev'],
    value: '<tokens>',
    description: 'normally distributed around --isl',
    group,
  },
  {
    name: '--osl',
    aliases: ['--random-output-len', '--random-output', '--output-tokens-mean'],
    value: '<tokens>',
    description: 'answers of so many tokens at most, as many as the model gives',
    group,
  },
  {
    name: '--osl-stddev',
    aliases: ['--output-tokens-stddev'],
    value: '<tokens>',
    description: 'normally distributed around --osl',
    group,
  },
  {
    name: '--random-range-ratio',
    value: '<ratio>',
    description:
      "lengths uniform from (1 - ratio) to (1 + ratio) times --isl and --osl, as vLLM's; SGLang's is another",
    group,
  },
  {
    name: '--traffic-scenario',
    value: '<scenario>',
    description:
      'the same in one word: D(100,1000), N(480,240)/(300,150), U(50,100)/(200,250), P(2000,500)/200',
    group,
  },
  {
    name: '--shared-prefix-tokens',
    value: '<tokens>',
    description: 'part of --isl that all prompts start with',
    group,
  },
  {
    name: '--random-prefix-len',
    value: '<tokens>',
    description: "the same, but on top of --isl, as vLLM's",
    group,
  },
  {
    name: '--distinct-prompts',
    value: '<n>',
    description: 'so many generated prompts, used in turn, instead of a new one each time',
    group,
  },
  {
    name: '--cache-bust',
    description: 'put words of its own before each prompt, so that no prompt cache can help',
    group,
  },
  {
    name: '--dataset',
    aliases: ['--dataset-name', '--public-dataset'],
    value: '<kind>',
    description: 'random (--isl, --osl), sharegpt or custom (--dataset-path)',
    group,
  },
  {
    name: '--custom-dataset-type',
    value: '<type>',
    description: 'rows of --input-file as AIPerf has them: single_turn takes the column `text`',
    group,
  },
  {
    name: '--tokenizer',
    value: '<name-or-path>',
    description: 'count tokens offline too: o200k_base, cl100k_base or a tokenizer.json',
    group,
  },
];
