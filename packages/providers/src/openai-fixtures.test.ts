import { describe, expect, it } from 'vitest';
import { fixtureLines, fixtureNames } from './__fixtures__/read-fixture.ts';
import { openaiDecoder } from './openai-decoder.ts';

const expected: Readonly<Record<string, readonly string[]>> = {
  'azure-chat': ['text Gr', 'text üezi', 'finish content-filter', 'end'],
  'deepseek-reasoning': [
    'reasoning 嗯',
    'reasoning ，用户',
    'text 你好',
    'usage 13/4/2/8',
    'finish stop',
    'end',
  ],
  'glm-reasoning': [
    'reasoning 用户',
    'reasoning  asks',
    'text \nHi',
    'text !',
    'usage 13/30/-/2',
    'finish stop',
    'end',
  ],
  groq: ['text Ok', 'usage 36/2/-/-', 'finish stop', 'end'],
  'kimi-usage-in-choice': ['text 好', 'usage 8/1/-/8', 'finish stop', 'end'],
  'llama-cpp': ['text Hi', 'text  👋🏽', 'finish stop', 'usage 11/5/-/-', 'end'],
  'mistral-thinking': ['reasoning Well', 'text It', 'text  is', 'usage 10/4/-/-', 'finish stop', 'end'],
  'openai-chat': [
    'text Hello',
    'text !',
    'text  How',
    'text  are "you"?\n',
    'finish stop',
    'usage 9/11/0/4',
    'end',
  ],
  'openai-hidden-reasoning': ['text 42', 'text .', 'finish stop', 'usage 20/1026/1024/-', 'end'],
  'openai-logprobs': ['text(2) Hello there', 'text(1) !', 'finish length', 'end'],
  'openai-refusal': ["refusal I'm", 'refusal  sorry', 'refusal , no.', 'finish stop', 'end'],
  'openai-tool-call': [
    'tool get_weather',
    'tool {"',
    'tool location',
    'tool ":"',
    'tool Bern',
    'tool "}',
    'finish tool-calls',
    'usage 81/15/-/-',
    'end',
  ],
  'openai-two-choices': ['text Yes', 'text No', 'finish stop', 'finish length', 'end'],
  'openrouter-comments': ['reasoning Hm', 'text Sure', 'text .', 'finish stop', 'usage 7/3/1/0', 'end'],
  'openrouter-error': [
    'text Once',
    'finish other',
    'error stream-error: server_error: Provider disconnected unexpectedly',
  ],
  'sglang-reasoning-only': [
    'reasoning Let',
    'reasoning  me',
    'reasoning  think',
    'finish length',
    'usage 12/3/3/-',
    'end',
  ],
  'tgi-no-space-crlf': ['text a', 'text b', 'finish stop', 'end'],
  truncated: ['text The', 'text  end'],
  'vllm-error': [
    'text The',
    'error stream-error: InternalServerError: EngineCore encountered an issue. See stack trace (above) for the root cause.',
    'end',
  ],
  'vllm-reasoning': [
    'reasoning Okay',
    'reasoning , so',
    'text \n\n',
    'text Four',
    'finish stop',
    'usage 21/6/-/-',
    'end',
  ],
  'vllm-token-ids': ['text(2) a b', 'text(1)  c', 'finish stop', 'end'],
  'vllm-usage-in-each-chunk': [
    'usage 5/0/-/-',
    'text One',
    'usage 5/1/-/-',
    'text  two three',
    'usage 5/3/-/-',
    'text  four',
    'usage 5/4/-/-',
    'usage 5/4/-/-',
    'finish length',
    'usage 5/4/-/-',
    'end',
  ],
};

describe('OpenAI chunks as servers send them', () => {
  it('has every fixture in the table', () => {
    expect(fixtureNames('')).toEqual(Object.keys(expected).toSorted());
  });

  it.each(Object.entries(expected))('%s', (name, events) => {
    expect(fixtureLines('', name, openaiDecoder)).toEqual(events);
  });
});
