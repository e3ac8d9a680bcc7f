import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cuts, factsOf, readAll } from './__fixtures__/chat-stream.ts';

describe('streams of known servers, cut at every byte', () => {
  const servers: readonly (readonly [string, object])[] = [
    [
      'openai-chat',
      {
        contentEvents: 4,
        characters: 22,
        failure: undefined,
        usage: { inputTokens: 9, outputTokens: 11, reasoningTokens: 0, cachedInputTokens: 4 },
      },
    ],
    ['openai-tool-call', { contentEvents: 6, finishReason: 'tool-calls', failure: undefined }],
    [
      'openai-hidden-reasoning',
      {
        contentEvents: 2,
        reasoningEvents: 0,
        usage: { inputTokens: 20, outputTokens: 1026, reasoningTokens: 1024 },
      },
    ],
    ['azure-chat', { contentEvents: 2, failure: 'content-filter' }],
    ['deepseek-reasoning', { contentEvents: 3, reasoningEvents: 2, characters: 6, failure: undefined }],
    ['openrouter-comments', { contentEvents: 3, reasoningEvents: 1, failure: undefined }],
    ['openrouter-error', { contentEvents: 1, failure: 'stream-error' }],
    [
      'vllm-usage-in-each-chunk',
      { contentEvents: 3, eventTokens: [1, 2, 1], finishReason: 'length', failure: undefined },
    ],
    ['sglang-reasoning-only', { contentEvents: 3, reasoningEvents: 3, failure: undefined }],
    ['tgi-no-space-crlf', { contentEvents: 2, failure: undefined }],
    ['truncated', { contentEvents: 2, failure: 'stream-truncated' }],
  ];

  it.each(servers)('%s', (name, expected) => {
    const fixture = new URL(`../../../providers/src/__fixtures__/${name}.chunks.txt`, import.meta.url);
    const bytes = readFileSync(fixture);
    for (const reads of cuts(bytes)) expect(factsOf(readAll(reads))).toMatchObject(expected);
  });
});
