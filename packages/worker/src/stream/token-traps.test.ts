import { describe, expect, it } from 'vitest';
import {
  cuts,
  done,
  endedFacts,
  event,
  factsOf,
  finish,
  readAll,
  role,
  text,
  usageChunk,
} from './__fixtures__/chat-stream.ts';

/** A text in a chunk with the usage so far. */
function counted(content: string, tokens: number, reasoning?: number): string {
  const details =
    reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } };
  return text(content, {}, { usage: { completion_tokens: tokens, ...details } });
}

function withIds(content: string, ...ids: number[]): string {
  return text(content, { token_ids: ids });
}

const end = finish + done;
const hidden = { completion_tokens: 1002, completion_tokens_details: { reasoning_tokens: 1000 } };
const hiddenUsage = { outputTokens: 1002, reasoningTokens: 1000 };

const traps: readonly (readonly [string, string, object])[] = [
  [
    'no usage at all: characters / 4',
    text('123456789') + end,
    endedFacts({ contentEvents: 1, characters: 9, usageSource: 'estimated', usage: { outputTokens: 3 } }),
  ],
  [
    'usage in a chunk of its own is no content',
    text('a') + finish + usageChunk({ prompt_tokens: 7, completion_tokens: 2 }) + done,
    endedFacts({ contentEvents: 1, characters: 1, usage: { inputTokens: 7, outputTokens: 2 } }),
  ],
  [
    'usage of the input only',
    text('a') + finish + usageChunk({ prompt_tokens: 7 }) + done,
    endedFacts({
      contentEvents: 1,
      characters: 1,
      usage: { inputTokens: 7, outputTokens: 1 },
      usageSource: 'estimated',
    }),
  ],
  [
    'several tokens in a chunk, by ids',
    withIds('ab', 1, 2, 3) + withIds('c', 4) + end,
    endedFacts({ contentEvents: 2, characters: 3, eventTokens: [3, 1] }),
  ],
  [
    'several tokens in a chunk, by logprobs',
    text('ab', { logprobs: { content: [{}, {}] } }) + text('c', { logprobs: { content: [{}] } }) + end,
    endedFacts({ contentEvents: 2, characters: 3, eventTokens: [2, 1] }),
  ],
  [
    'ids in chunks that are alike',
    withIds('a', 1, 2) + withIds('b', 1, 2) + withIds('c', 1, 2) + end,
    endedFacts({ contentEvents: 3, characters: 3, eventTokens: [2, 2, 2] }),
  ],
  [
    'ids in some chunks only',
    withIds('a', 1, 2) + text('c') + end,
    endedFacts({ contentEvents: 2, characters: 2 }),
  ],
  [
    'ids of two choices in one chunk',
    `data: {"choices":[{"delta":{"content":"a"},"token_ids":[1,2]},{"delta":{"content":"b"},"token_ids":[3]}]}\n\n${end}`,
    endedFacts({ contentEvents: 1, characters: 2, eventTokens: [3] }),
  ],
  [
    'usage so far in each chunk',
    role +
      counted('', 0) +
      counted('a', 2) +
      counted('b', 3) +
      counted('', 4) +
      counted('c', 6) +
      finish +
      usageChunk({ prompt_tokens: 1, completion_tokens: 7 }) +
      done,
    endedFacts({
      contentEvents: 3,
      characters: 3,
      eventTokens: [2, 1, 3],
      usage: { inputTokens: 1, outputTokens: 7 },
    }),
  ],
  [
    'usage so far goes before ids',
    text('a', { token_ids: [1] }, { usage: { completion_tokens: 2 } }) + end,
    endedFacts({ contentEvents: 1, characters: 1, eventTokens: [2], usage: { outputTokens: 2 } }),
  ],
  [
    'usage in the last content chunk only',
    withIds('ab', 1, 2) + text('c', { token_ids: [3] }, { usage: { completion_tokens: 3 } }) + end,
    endedFacts({ contentEvents: 2, characters: 3, eventTokens: [2, 1], usage: { outputTokens: 3 } }),
  ],
  [
    'usage so far in some chunks only',
    counted('a', 2) + text('b') + end,
    endedFacts({ contentEvents: 2, characters: 2, usage: { outputTokens: 2 } }),
  ],
  [
    'usage that runs backwards',
    counted('a', 5) + counted('b', 4) + end,
    endedFacts({ contentEvents: 2, characters: 2, usage: { outputTokens: 4 } }),
  ],
  [
    'hidden reasoning in the usage',
    text('a') + text('b') + finish + usageChunk(hidden) + done,
    endedFacts({ contentEvents: 2, characters: 2, usage: hiddenUsage }),
  ],
  [
    'hidden reasoning in the usage so far',
    counted('a', 1001, 1000) + counted('b', 1002, 1000) + end,
    endedFacts({ contentEvents: 2, characters: 2, eventTokens: [1, 1], usage: hiddenUsage }),
  ],
  [
    'nothing but hidden reasoning',
    role + event({}, { finish_reason: 'length' }) + usageChunk({ completion_tokens: 64 }) + done,
    endedFacts({ finishReason: 'length', usage: { outputTokens: 64 } }),
  ],
  [
    'nothing, and a usage that says so',
    role + finish + usageChunk({ prompt_tokens: 3, completion_tokens: 0 }) + done,
    endedFacts({ usage: { inputTokens: 3, outputTokens: 0 }, failure: 'empty' }),
  ],
];

describe('token counts of a chat stream, cut anywhere', () => {
  it.each(traps)('%s', (_, stream, expected) => {
    const bytes = Buffer.from(stream);
    expect(factsOf(readAll([[bytes, 1]]))).toEqual(expected);
    for (const reads of cuts(bytes)) expect(factsOf(readAll(reads))).toEqual(expected);
  });
});
