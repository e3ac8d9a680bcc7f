import { readFileSync } from 'node:fs';
import { providers } from '@tokenstorm/providers';
import type { Provider } from '@tokenstorm/providers';
import { describe, expect, it } from 'vitest';
import { cuts, factsOf, readAll } from './__fixtures__/chat-stream.ts';

type Stream = readonly [name: string, facts: object];

const none = { contentEvents: 0, characters: 0, usageSource: 'estimated', usage: { outputTokens: 0 } };

const messages: readonly Stream[] = [
  // "Hello", "! I" and the third one, whose emoji is two code points.
  [
    'text',
    {
      contentEvents: 3,
      gaps: 2,
      characters: 21,
      eventTokens: [],
      usageSource: 'provider',
      failure: undefined,
    },
  ],
  [
    'cache',
    { usage: { inputTokens: 42_308, outputTokens: 21, cachedInputTokens: 41_203, cacheWriteTokens: 1100 } },
  ],
  ['thinking', { contentEvents: 4, reasoningEvents: 2, failure: undefined }],
  // Nothing of the thinking came: 50 of 550 tokens were streamed.
  [
    'thinking-omitted',
    {
      contentEvents: 2,
      reasoningEvents: 0,
      usage: { inputTokens: 43, outputTokens: 550, reasoningTokens: 500 },
    },
  ],
  ['redacted-thinking', { contentEvents: 2, reasoningEvents: 1, failure: undefined }],
  ['thinking-only', { contentEvents: 2, reasoningEvents: 2, finishReason: 'length', failure: undefined }],
  ['tool-use', { contentEvents: 4, finishReason: 'tool-calls', failure: undefined }],
  ['tool-only', { contentEvents: 1, characters: 3, finishReason: 'tool-calls', failure: undefined }],
  ['tool-input-at-once', { contentEvents: 1, characters: 18, failure: undefined }],
  ['refusal', { contentEvents: 1, failure: 'content-filter' }],
  ['max-tokens', { contentEvents: 1, finishReason: 'length', failure: undefined }],
  ['pause-turn', { finishReason: 'other', failure: undefined }],
  // The count of 1 at its start is no count of what came.
  [
    'overloaded',
    { contentEvents: 1, failure: 'stream-error', usageSource: 'estimated', usage: { outputTokens: 1 } },
  ],
  ['rate-limited', { ...none, failure: 'stream-error' }],
  ['api-error', { contentEvents: 0, failure: 'stream-error' }],
  ['empty', { contentEvents: 0, failure: 'empty', usage: { outputTokens: 0 } }],
  ['no-usage', { contentEvents: 2, usageSource: 'estimated', failure: undefined }],
  ['truncated', { contentEvents: 2, hasEnded: false, failure: 'stream-truncated' }],
  [
    'vllm',
    { contentEvents: 2, hasEnded: true, usage: { inputTokens: 21, outputTokens: 3 }, failure: undefined },
  ],
];

const responses: readonly Stream[] = [
  ['text', { contentEvents: 3, gaps: 2, characters: 16, eventTokens: [], failure: undefined }],
  [
    'hidden-reasoning',
    {
      contentEvents: 2,
      reasoningEvents: 0,
      usage: { inputTokens: 20, outputTokens: 514, reasoningTokens: 512 },
    },
  ],
  ['reasoning-summary', { contentEvents: 3, reasoningEvents: 2, failure: undefined }],
  ['reasoning-only', { contentEvents: 2, reasoningEvents: 2, finishReason: 'length', failure: undefined }],
  ['tool-call', { contentEvents: 4, finishReason: 'tool-calls', failure: undefined }],
  ['refusal', { contentEvents: 2, finishReason: 'stop', failure: undefined }],
  ['logprobs', { contentEvents: 2, eventTokens: [2, 1], failure: undefined }],
  ['content-filter', { failure: 'content-filter' }],
  ['failed', { contentEvents: 1, failure: 'stream-error' }],
  ['error-event', { ...none, failure: 'stream-error' }],
  ['not-really-streamed', { contentEvents: 1, finishReason: 'tool-calls', failure: undefined }],
  ['no-usage', { contentEvents: 2, usageSource: 'estimated', failure: undefined }],
  ['truncated', { contentEvents: 2, failure: 'stream-truncated' }],
];

/** Every so-manieth cut, and byte by byte: whole streams are read as often as they have cuts. */
const step = 7;

function checkStream(provider: Provider, folder: string, [name, expected]: Stream): void {
  const path = `../../../providers/src/__fixtures__/${folder}/${name}.chunks.txt`;
  const bytes = readFileSync(new URL(path, import.meta.url));
  let at = 0;
  for (const reads of cuts(bytes)) {
    if (at++ % step !== 0 && reads.length === 2) continue;
    const { usage, ...facts } = expected as { usage?: object };
    const read = factsOf(readAll(reads, provider));
    expect(read).toMatchObject(facts);
    if (usage !== undefined) expect(read['usage']).toMatchObject(usage);
  }
}

describe('messages, cut all over', () => {
  it.each(messages)('%s', (...stream) => {
    checkStream(providers.anthropic.messages, 'anthropic', stream);
  });
});

describe('responses, cut all over', () => {
  it.each(responses)('%s', (...stream) => {
    checkStream(providers.openai.responses, 'responses', stream);
  });
});
