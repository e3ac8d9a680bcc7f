import { describe, expect, it } from 'vitest';
import type { StreamEvent } from './provider.ts';
import { ResponsesDecoder } from './responses-decoder.ts';

function frame(value: unknown): readonly StreamEvent[] {
  return new ResponsesDecoder().frame(typeof value === 'string' ? value : JSON.stringify(value));
}

function body(value: unknown): readonly StreamEvent[] {
  return new ResponsesDecoder().body(typeof value === 'string' ? value : JSON.stringify(value));
}

describe('frames without content', () => {
  it.each([
    [
      'a created response',
      { type: 'response.created', response: { status: 'in_progress', error: null, usage: null } },
    ],
    ['an empty delta', { type: 'response.output_text.delta', delta: '' }],
    ['the repeated text', { type: 'response.output_text.done', text: 'Hi' }],
    [
      'an item that is done',
      { type: 'response.output_item.done', item: { type: 'function_call', name: 'f' } },
    ],
    ['a message that starts', { type: 'response.output_item.added', item: { type: 'message', content: [] } }],
    [
      'encrypted reasoning',
      {
        type: 'response.output_item.added',
        item: { type: 'reasoning', summary: [], encrypted_content: 'gAAA' },
      },
    ],
    ['an annotation', { type: 'response.output_text.annotation.added', annotation: { title: 'x' } }],
    ['a delta of a kind to come', { type: 'response.new.delta', delta: 'x' }],
    ['a delta that is no text', { type: 'response.output_text.delta', delta: { text: 'x' } }],
    ['a type from the prototype', { type: 'toString', delta: 'x' }],
    ['JSON that is no object', '[]'],
    ['white space', ' '],
  ])('%s says nothing', (_, value) => {
    expect(frame(value)).toEqual([]);
  });
});

describe('content', () => {
  it.each([
    ['response.reasoning_text.delta', 'reasoning-delta'],
    ['response.reasoning_summary_text.delta', 'reasoning-delta'],
    ['response.refusal.delta', 'refusal-delta'],
    ['response.function_call_arguments.delta', 'tool-delta'],
    ['response.custom_tool_call_input.delta', 'tool-delta'],
    ['response.mcp_call_arguments.delta', 'tool-delta'],
    ['response.code_interpreter_call_code.delta', 'tool-delta'],
    ['response.audio.transcript.delta', 'text-delta'],
  ])('of %s is %s', (type, channel) => {
    expect(frame({ type, delta: 'x' })).toEqual([{ type: channel, text: 'x' }]);
  });

  it('of an image is each of its drafts', () => {
    const draft = { type: 'response.image_generation_call.partial_image', partial_image_b64: 'iVBO' };
    expect(frame(draft)).toEqual([{ type: 'text-delta', text: 'iVBO' }]);
  });
});

describe('the end', () => {
  it('tells why, by its status', () => {
    const ended = (status: string, more: object = {}): readonly StreamEvent[] =>
      frame({ type: `response.${status}`, response: { status, output: [], ...more } });
    expect(ended('completed')).toEqual([{ type: 'finish', reason: 'stop' }, { type: 'end' }]);
    expect(ended('incomplete', { incomplete_details: { reason: 'new' } })).toEqual([
      { type: 'finish', reason: 'other' },
      { type: 'end' },
    ]);
    expect(ended('failed')).toEqual([
      { type: 'error', kind: 'stream-error', message: "the response's status is failed" },
      { type: 'end' },
    ]);
    expect(frame('[DONE]')).toEqual([{ type: 'end' }]);
  });

  it('asks for a tool where the last answer is a call', () => {
    const response = { output: [{ type: 'custom_tool_call', name: 'g', input: 'y' }] };
    expect(frame({ type: 'response.completed', response })).toEqual([
      { type: 'tool-delta', text: 'g' },
      { type: 'tool-delta', text: 'y' },
      { type: 'finish', reason: 'tool-calls' },
      { type: 'end' },
    ]);
  });

  it('does not take an input as long as the reasoning for reasoning that was billed apart', () => {
    const usage = {
      input_tokens: 64,
      output_tokens: 200,
      output_tokens_details: { reasoning_tokens: 64 },
      total_tokens: 264,
    };
    expect(frame({ type: 'response.completed', response: { usage } })).toContainEqual({
      type: 'usage',
      usage: { inputTokens: 64, outputTokens: 200, reasoningTokens: 64 },
    });
  });
});

describe('errors under status 200', () => {
  it.each([
    ['an event', { type: 'error', code: 'server_error', message: 'no' }, 'server_error: no'],
    ['an event with an object', { type: 'error', error: { code: 'x', message: 'no' } }, 'x: no'],
    ['an object alone', { error: { message: 'no' } }, 'no'],
    ['a text', { error: 'no' }, 'no'],
    [
      'a rate limit',
      { type: 'error', code: 'rate_limit_exceeded', message: 'no' },
      'rate_limit_exceeded: no',
    ],
    [
      'an overload',
      { type: 'error', code: 'server_is_overloaded', message: 'no' },
      'server_is_overloaded: no',
    ],
  ])('%s', (_, value, message) => {
    expect(frame(value)).toEqual([{ type: 'error', kind: 'stream-error', message }]);
  });

  it('may be a rate limit in a response that failed', () => {
    const response = { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'no' } };
    expect(frame({ type: 'response.failed', response })).toEqual([
      { type: 'error', kind: 'stream-error', message: 'rate_limit_exceeded: no' },
      { type: 'end' },
    ]);
  });

  it('bad JSON', () => {
    expect(frame('{"type":"response.cre')).toMatchObject([{ type: 'error', kind: 'protocol' }]);
  });
});

describe('a whole body', () => {
  it('has its content in items', () => {
    const output = [
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'S' }],
        content: [{ type: 'reasoning_text', text: 'R' }],
      },
      {
        type: 'message',
        content: [
          { type: 'output_text', text: 'Hi', logprobs: [{ token: 'H' }, { token: 'i' }] },
          { type: 'refusal', refusal: 'no' },
        ],
      },
      { type: 'function_call', name: 'f', arguments: '{}' },
      null,
    ];
    const usage = { input_tokens: 3, output_tokens: 4 };
    expect(body({ object: 'response', status: 'completed', error: null, output, usage })).toEqual([
      { type: 'reasoning-delta', text: 'S' },
      { type: 'reasoning-delta', text: 'R' },
      { type: 'text-delta', text: 'Hi', tokens: 2 },
      { type: 'refusal-delta', text: 'no' },
      { type: 'tool-delta', text: 'f' },
      { type: 'tool-delta', text: '{}' },
      { type: 'usage', usage: { inputTokens: 3, outputTokens: 4 } },
      { type: 'finish', reason: 'tool-calls' },
      { type: 'end' },
    ]);
  });

  it('may have failed, be empty or no JSON', () => {
    expect(body({ status: 'cancelled', output: [] })[0]).toMatchObject({ kind: 'stream-error' });
    expect(body('')).toEqual([{ type: 'end' }]);
    expect(body('<html>')[0]).toMatchObject({ type: 'error', kind: 'protocol' });
  });
});
