import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openaiDecoder } from './openai-decoder.ts';
import type { StreamEvent } from './provider.ts';

const folder = new URL('__fixtures__/', import.meta.url);

/** One event on one line: `text Hello`, `text(2) Hello` with its tokens, `usage in/out/reasoning/cached`, `finish stop`, `end`. */
function line(event: StreamEvent): string {
  if ('text' in event) {
    const tokens = event.tokens === undefined ? '' : `(${event.tokens})`;
    return `${event.type.replace('-delta', '')}${tokens} ${event.text}`;
  }
  if (event.type === 'usage') {
    const { inputTokens, outputTokens, reasoningTokens, cachedInputTokens } = event.usage;
    return `usage ${[inputTokens, outputTokens, reasoningTokens, cachedInputTokens].map((n) => n ?? '-').join('/')}`;
  }
  if (event.type === 'finish') return `finish ${event.reason}`;
  return event.type === 'error' ? `error ${event.kind}: ${event.message}` : event.type;
}

/** What a fixture's frames say, cut by hand at blank lines; no fixture has multi-line data. */
function eventsOf(name: string): string[] {
  const blocks = readFileSync(new URL(`${name}.chunks.txt`, folder), 'utf8').split(/\r?\n\r?\n/);
  const payloads = blocks
    .filter((block) => block.startsWith('data:'))
    .map((block) => block.replace(/^data: ?/, ''));
  return payloads.flatMap((payload) => openaiDecoder.frame(payload).map(line));
}

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
  'openrouter-error': ['text Once', 'finish other', 'error stream-error: Provider disconnected unexpectedly'],
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
    'error stream-error: EngineCore encountered an issue. See stack trace (above) for the root cause.',
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
    const names = readdirSync(folder).map((file) => file.replace('.chunks.txt', ''));
    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it.each(Object.entries(expected))('%s', (name, events) => {
    expect(eventsOf(name)).toEqual(events);
  });
});
