import { describe, expect, it } from 'vitest';
import { openaiDecoder } from './openai-decoder.ts';

function chunk(delta: unknown, more: object = {}): string {
  return JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null, ...more }] });
}

function text(value: string): object {
  return { type: 'text-delta', text: value };
}

function tool(value: string): object {
  return { type: 'tool-delta', text: value };
}

describe('frames without content', () => {
  it.each([
    ['a role', chunk({ role: 'assistant' })],
    ['an empty text', chunk({ role: 'assistant', content: '' })],
    ['a null text', chunk({ content: null })],
    ['an empty finish reason', chunk({}, { finish_reason: '' })],
    ['no choices', '{"choices":[],"prompt_filter_results":[{}]}'],
    ['no usage', '{"choices":[],"usage":null}'],
    ['a usage without counts', '{"choices":[],"usage":{"completion_tokens":null}}'],
    ['a null error', '{"error":null,"choices":[]}'],
    ['white space', ' \t'],
    ['JSON that is no object', 'null'],
    ['empty tool calls', chunk({ tool_calls: [{ index: 0, function: { arguments: '' } }] })],
    [
      'wrong types all over',
      '{"choices":[1,{"delta":[]},{"delta":{"content":5,"tool_calls":[null]}}],"usage":3}',
    ],
  ])('%s says nothing', (_, payload) => {
    expect(openaiDecoder.frame(payload)).toEqual([]);
  });
});

describe('content', () => {
  it('reads a tool call whose name and arguments come at once', () => {
    const delta = { tool_calls: [{ index: 0, function: { name: 'f', arguments: '{}' } }] };
    expect(openaiDecoder.frame(chunk(delta))).toEqual([tool('f'), tool('{}')]);
  });

  it('reads the call of a function and of a custom tool', () => {
    expect(openaiDecoder.frame(chunk({ function_call: { name: 'f', arguments: 'x' } }))).toEqual([
      tool('f'),
      tool('x'),
    ]);
    expect(openaiDecoder.frame(chunk({ tool_calls: [{ custom: { name: 'g', input: 'y' } }] }))).toEqual([
      tool('g'),
      tool('y'),
    ]);
  });

  it('reads parts of a content array, and the transcript of speech', () => {
    const parts = [{ type: 'text', text: 'a' }, 'b', { type: 'refusal', refusal: 'c' }];
    expect(openaiDecoder.frame(chunk({ content: parts }))).toEqual([
      text('a'),
      text('b'),
      { type: 'refusal-delta', text: 'c' },
    ]);
    expect(openaiDecoder.frame(chunk({ audio: { transcript: 'hey', data: 'AAAA' } }))).toEqual([text('hey')]);
    expect(openaiDecoder.frame(chunk({ audio: { data: 'AAAA' } }))).toEqual([text('AAAA')]);
  });

  it('reads the text of the older completions', () => {
    expect(openaiDecoder.frame('{"choices":[{"text":" world","finish_reason":"stop"}]}')).toEqual([
      text(' world'),
      { type: 'finish', reason: 'stop' },
    ]);
  });

  it('reads reasoning once, whichever names carry it', () => {
    const twice = { reasoning_content: 'a', reasoning: 'a', reasoning_details: [{ text: 'a' }] };
    const reasoning = [{ type: 'reasoning-delta', text: 'a' }];
    expect(openaiDecoder.frame(chunk(twice))).toEqual(reasoning);
    expect(openaiDecoder.frame(chunk({ reasoning: 'a' }))).toEqual(reasoning);
    expect(openaiDecoder.frame(chunk({ reasoning: null, reasoning_details: [{ text: 'a' }] }))).toEqual(
      reasoning,
    );
  });

  it('gives the tokens of a choice to its first delta', () => {
    const delta = { reasoning_content: 'a', content: 'b' };
    expect(openaiDecoder.frame(chunk(delta, { token_ids: [1, 2, 3] }))).toEqual([
      { type: 'reasoning-delta', text: 'a', tokens: 3 },
      { type: 'text-delta', text: 'b', tokens: 0 },
    ]);
    expect(openaiDecoder.frame(chunk({ content: 'b' }, { logprobs: { content: [] } }))).toEqual([text('b')]);
  });
});

describe('usage', () => {
  function usage(counts: object): unknown {
    return openaiDecoder.frame(JSON.stringify({ choices: [], usage: counts }))[0];
  }

  it('adds reasoning where the total shows that it is apart (xAI)', () => {
    const details = { completion_tokens_details: { reasoning_tokens: 100 } };
    expect(usage({ prompt_tokens: 10, completion_tokens: 20, total_tokens: 130, ...details })).toEqual({
      type: 'usage',
      usage: { inputTokens: 10, outputTokens: 120, reasoningTokens: 100 },
    });
    expect(usage({ prompt_tokens: 10, completion_tokens: 120, total_tokens: 130, ...details })).toEqual({
      type: 'usage',
      usage: { inputTokens: 10, outputTokens: 120, reasoningTokens: 100 },
    });
  });

  it('leaves out what is no count', () => {
    expect(usage({ prompt_tokens: -1, completion_tokens: 1.5, prompt_cache_hit_tokens: 2 })).toEqual({
      type: 'usage',
      usage: { cachedInputTokens: 2 },
    });
  });
});

describe('finish reasons', () => {
  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['content_filter', 'content-filter'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['something_new', 'other'],
    ['toString', 'other'],
  ])('%s is %s', (name, reason) => {
    expect(openaiDecoder.frame(chunk({}, { finish_reason: name }))).toEqual([{ type: 'finish', reason }]);
  });
});

describe('errors under status 200', () => {
  it.each([
    ['an object', '{"error":{"message":"boom","type":"server_error"}}', 'server_error: boom'],
    ['a string', '{"error":"boom"}', 'boom'],
    ['older vLLM', '{"object":"error","message":"boom","code":500}', '500: boom'],
    ['FastChat', '{"text":"boom","error_code":50001}', 'boom'],
    ['no message', '{"error":{"code":7}}', '{"code":7}'],
    ['in a choice', chunk({}, { error: { code: 502, message: 'boom' } }), '502: boom'],
  ])('%s', (_, payload, message) => {
    expect(openaiDecoder.frame(payload)).toEqual([{ type: 'error', kind: 'stream-error', message }]);
  });

  it('takes a choice that was aborted for one', () => {
    expect(openaiDecoder.frame(chunk({}, { finish_reason: 'abort' }))).toEqual([
      { type: 'finish', reason: 'other' },
      { type: 'error', kind: 'stream-error', message: 'finish_reason abort' },
    ]);
  });

  it.each(['{"choices":[{"delta":{"content":"a"}', 'data: {}', '[DONE', '{"a":"\u0001"}'])(
    'bad JSON: %s',
    (payload) => {
      expect(openaiDecoder.frame(payload)).toMatchObject([{ type: 'error', kind: 'protocol' }]);
    },
  );
});

describe('end', () => {
  it.each(['[DONE]', ' [DONE] '])('is marked by "%s"', (payload) => {
    expect(openaiDecoder.frame(payload)).toEqual([{ type: 'end' }]);
  });
});

describe('a whole body', () => {
  it('has its content in messages', () => {
    const message = {
      role: 'assistant',
      content: 'Hi',
      refusal: null,
      reasoning_content: 'Hm',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const body = {
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    };
    expect(openaiDecoder.body(JSON.stringify(body, undefined, 2))).toEqual([
      { type: 'reasoning-delta', text: 'Hm' },
      text('Hi'),
      tool('f'),
      tool('{}'),
      { type: 'usage', usage: { inputTokens: 3, outputTokens: 4 } },
      { type: 'finish', reason: 'tool-calls' },
      { type: 'end' },
    ]);
  });

  it('tells of an error', () => {
    expect(openaiDecoder.body('{"error":{"message":"no"}}')[0]).toEqual({
      type: 'error',
      kind: 'stream-error',
      message: 'no',
    });
    expect(openaiDecoder.body('<html>')[0]).toMatchObject({ type: 'error', kind: 'protocol' });
    expect(openaiDecoder.body('')).toEqual([{ type: 'end' }]);
  });
});
