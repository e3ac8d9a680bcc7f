import { describe, expect, it } from 'vitest';
import { fixtureFrames } from './__fixtures__/read-fixture.ts';
import { AnthropicDecoder } from './anthropic-decoder.ts';
import type { StreamEvent } from './provider.ts';

function frame(value: unknown): readonly StreamEvent[] {
  return new AnthropicDecoder().frame(typeof value === 'string' ? value : JSON.stringify(value));
}

function body(value: unknown): readonly StreamEvent[] {
  return new AnthropicDecoder().body(typeof value === 'string' ? value : JSON.stringify(value));
}

describe('frames without content', () => {
  it.each([
    ['a ping', { type: 'ping' }],
    [
      'the start of a text',
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ],
    ['the end of a block', { type: 'content_block_stop', index: 0 }],
    ['an empty text', { type: 'content_block_delta', delta: { type: 'text_delta', text: '' } }],
    ['a signature', { type: 'content_block_delta', delta: { type: 'signature_delta', signature: 'Eq' } }],
    [
      'a citation',
      { type: 'content_block_delta', delta: { type: 'citations_delta', citation: { cited_text: 'x' } } },
    ],
    ['a delta of a kind to come', { type: 'content_block_delta', delta: { type: 'new_delta', text: 'x' } }],
    ['an event of a kind to come', { type: 'new_event', text: 'x' }],
    ['a block of a kind to come', { type: 'content_block_start', content_block: { type: 'new', text: 'x' } }],
    ['wrong types', { type: 'content_block_delta', delta: 'x' }],
    ['a start without a message', { type: 'message_start' }],
    ['counts that are none', { type: 'message_delta', usage: { input_tokens: -1, output_tokens: 'x' } }],
    ['JSON that is no object', 'null'],
    ['white space', ' \t'],
  ])('%s says nothing', (_, value) => {
    expect(frame(value)).toEqual([]);
  });
});

describe('what a stream says', () => {
  it('may stand in the start of a block', () => {
    const start = (content_block: object): object => ({
      type: 'content_block_start',
      index: 0,
      content_block,
    });
    expect(frame(start({ type: 'text', text: 'Hi' }))).toEqual([{ type: 'text-delta', text: 'Hi' }]);
    expect(frame(start({ type: 'thinking', thinking: 'Hm' }))).toEqual([
      { type: 'reasoning-delta', text: 'Hm' },
    ]);
    expect(frame(start({ type: 'tool_use', input: { a: 1 } }))).toEqual([]);
  });

  it('is the same for chunks that were parsed already', () => {
    const [byFrame, byChunk] = [new AnthropicDecoder(), new AnthropicDecoder()];
    for (const payload of fixtureFrames('anthropic', 'thinking')) {
      expect(byChunk.chunk(JSON.parse(payload))).toEqual(byFrame.frame(payload));
    }
    expect(byChunk.chunk(undefined)).toEqual([]);
  });

  it('ends with [DONE] too', () => {
    expect(frame('[DONE]')).toEqual([{ type: 'end' }]);
  });
});

describe('counts', () => {
  it('of the start stay where the end gives a 0 or none, and give way to others', () => {
    const decoder = new AnthropicDecoder();
    decoder.chunk({
      type: 'message_start',
      message: { usage: { input_tokens: 10, cache_read_input_tokens: 3, output_tokens: 2 } },
    });
    const delta = { stop_reason: null };
    expect(
      decoder.chunk({ type: 'message_delta', delta, usage: { input_tokens: 0, output_tokens: 5 } }),
    ).toEqual([{ type: 'usage', usage: { inputTokens: 13, outputTokens: 5, cachedInputTokens: 3 } }]);
    expect(
      decoder.chunk({ type: 'message_delta', delta, usage: { input_tokens: 40, output_tokens: 9 } }),
    ).toEqual([{ type: 'usage', usage: { inputTokens: 43, outputTokens: 9, cachedInputTokens: 3 } }]);
  });
});

describe('thinking that the counts do not tell apart', () => {
  const usage = { output_tokens: 80 };
  const counted = { ...usage, output_tokens_details: { thinking_tokens: 70 } };
  const blocks = [
    ['shown', { type: 'thinking', thinking: 'Hm', signature: 'Eq' }],
    ['omitted', { type: 'thinking', thinking: '', signature: 'Eq' }],
    ['redacted', { type: 'redacted_thinking', data: 'Em' }],
  ] as const;

  it.each(blocks)('%s: is said to be part of them', (_, block) => {
    for (const [given, said] of [
      [usage, { outputTokens: 80, uncountedReasoning: true }],
      [counted, { outputTokens: 80, reasoningTokens: 70 }],
    ]) {
      const decoder = new AnthropicDecoder();
      decoder.chunk({ type: 'content_block_start', index: 0, content_block: block });
      const end = { type: 'message_delta', delta: {}, usage: given };
      expect(decoder.chunk(end)).toEqual([{ type: 'usage', usage: said }]);
      expect(body({ content: [block], usage: given })).toContainEqual({ type: 'usage', usage: said });
    }
  });

  it('is not where there is no thinking', () => {
    const text = { type: 'text', text: 'a' };
    expect(body({ content: [text], usage })).toContainEqual({ type: 'usage', usage: { outputTokens: 80 } });
  });
});

describe('errors under status 200', () => {
  it.each(['overloaded_error', 'rate_limit_error', 'api_error', 'authentication_error'])(
    '%s is an error inside the stream, and keeps its name',
    (type) => {
      const error = { type: 'error', error: { type, message: 'no' } };
      const expected = { type: 'error', kind: 'stream-error', message: `${type}: no` };
      expect(frame(error)).toEqual([expected]);
      expect(body(error)).toEqual([expected, { type: 'end' }]);
    },
  );

  it('may lack their type or their object', () => {
    expect(frame({ error: { message: 'no' } })).toEqual([
      { type: 'error', kind: 'stream-error', message: 'no' },
    ]);
    expect(frame({ type: 'error', message: 'no' })).toEqual([
      { type: 'error', kind: 'stream-error', message: 'no' },
    ]);
  });

  it.each(['{"type":"ping"', '<html>', '{"a":"\u0001"}'])('bad JSON: %s', (payload) => {
    expect(frame(payload)).toMatchObject([{ type: 'error', kind: 'protocol' }]);
  });
});

describe('a whole body', () => {
  it('has its content in blocks', () => {
    const message = {
      type: 'message',
      content: [
        { type: 'thinking', thinking: 'Hm', signature: 'Eq' },
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', id: 't', name: 'f', input: { a: 'é' } },
        { type: 'web_search_tool_result', content: [{ title: 'x' }] },
      ],
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 5,
        cache_read_input_tokens: 7,
        output_tokens: 4,
        output_tokens_details: { thinking_tokens: 2 },
      },
    };
    expect(body(message)).toEqual([
      { type: 'reasoning-delta', text: 'Hm' },
      { type: 'text-delta', text: 'Hi' },
      { type: 'tool-delta', text: 'f' },
      { type: 'tool-delta', text: '{"a":"é"}' },
      {
        type: 'usage',
        usage: {
          inputTokens: 15,
          outputTokens: 4,
          reasoningTokens: 2,
          cachedInputTokens: 7,
          cacheWriteTokens: 5,
        },
      },
      { type: 'finish', reason: 'tool-calls' },
      { type: 'end' },
    ]);
  });

  it('may be empty or no JSON', () => {
    expect(body('')).toEqual([{ type: 'end' }]);
    expect(body('<html>')[0]).toMatchObject({ type: 'error', kind: 'protocol' });
  });
});
