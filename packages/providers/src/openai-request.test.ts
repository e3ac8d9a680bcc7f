import { describe, expect, it } from 'vitest';
import { call, target } from './__fixtures__/calls.ts';
import { openaiRequest } from './openai-request.ts';
import type { ChatCall } from './provider.ts';

function bodyOf(change: Partial<ChatCall>): unknown {
  return JSON.parse(openaiRequest({ ...call, ...change }, target).body);
}

describe('the body', () => {
  it('asks for usage where it streams', () => {
    expect(bodyOf({ maxTokens: 16, temperature: 0 })).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi "you" é' }],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 16,
      temperature: 0,
    });
    expect(bodyOf({ stream: false })).toEqual({ model: 'm', messages: call.messages, stream: false });
  });

  it('takes extra members last', () => {
    const extraBody = { ignore_eos: true, max_tokens: 7, seed: null, nested: { a: 1 } };
    expect(bodyOf({ maxTokens: 16, extraBody })).toMatchObject({
      ignore_eos: true,
      max_tokens: 7,
      seed: null,
      nested: { a: 1 },
    });
  });

  it('keeps asking for usage beside other stream options, unless told otherwise', () => {
    expect(bodyOf({ extraBody: { stream_options: { continuous_usage_stats: true } } })).toMatchObject({
      stream_options: { include_usage: true, continuous_usage_stats: true },
    });
    expect(bodyOf({ extraBody: { stream_options: { include_usage: false } } })).toMatchObject({
      stream_options: { include_usage: false },
    });
  });

  it('takes away what an extra null stands for', () => {
    const body = bodyOf({
      maxTokens: 16,
      extraBody: { stream_options: null, max_tokens: null, max_completion_tokens: 9 },
    });
    expect(body).toEqual({ model: 'm', messages: call.messages, stream: true, max_completion_tokens: 9 });
  });
});

describe("OpenAI's reasoning models", () => {
  function membersFor(model: string, type: 'openai' | 'openai-compatible' = 'openai'): readonly string[] {
    const asked = { ...call, maxTokens: 16, temperature: 0 };
    const body = JSON.parse(openaiRequest(asked, { ...target, type, model }).body) as object;
    return Object.keys(body).filter((name) => /token|temperature/.test(name));
  }

  it.each([
    'o1',
    'o1-mini-2024-09-12',
    'o3',
    'o4-mini',
    'gpt-5',
    'gpt-5-nano-2025-08-07',
    'gpt-5.6-sol',
    'gpt-6-astra',
    'gpt-10',
    'codex-mini-latest',
    'ft:o4-mini-2025-04-16:org::id',
    'openai/o3-pro',
  ])('%s gets max_completion_tokens and no temperature', (model) => {
    expect(membersFor(model)).toEqual(['max_completion_tokens']);
  });

  it('that only chat keep their temperature', () => {
    expect(membersFor('gpt-5.3-chat-latest')).toEqual(['max_completion_tokens', 'temperature']);
  });

  it.each(['gpt-4o-mini', 'gpt-4.1', 'gpt-3.5-turbo', 'chatgpt-4o-latest', 'o', 'ollama-3', 'gpt-50a'])(
    '%s is none of them',
    (model) => {
      expect(membersFor(model)).toEqual(['max_tokens', 'temperature']);
    },
  );

  it('of that name on other servers are other models', () => {
    expect(membersFor('gpt-5', 'openai-compatible')).toEqual(['max_tokens', 'temperature']);
  });

  it('get all the same what extra members ask for', () => {
    const extraBody = { temperature: 1, max_completion_tokens: null, max_tokens: 3 };
    const asked = { ...call, maxTokens: 16, temperature: 0, extraBody };
    const body: unknown = JSON.parse(openaiRequest(asked, { ...target, type: 'openai', model: 'o3' }).body);
    expect(body).toMatchObject({ temperature: 1, max_tokens: 3 });
    expect(body).not.toHaveProperty('max_completion_tokens');
  });
});

describe('the headers', () => {
  it('carry the key', () => {
    expect(openaiRequest(call, target).headers).toEqual({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: 'Bearer secret',
    });
  });

  it('have no authorization without a key', () => {
    expect(openaiRequest(call, { ...target, apiKey: undefined }).headers).not.toHaveProperty('authorization');
  });

  it('are overridden by the target, and that by the call; the client keeps its own', () => {
    const headers = {
      'X-A': 'target',
      'X-B': 'target',
      Authorization: 'Basic x',
      Host: 'h',
      'Content-Length': '1',
    };
    expect(openaiRequest({ ...call, headers: { 'x-b': 'call' } }, { ...target, headers }).headers).toEqual({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: 'Basic x',
      'x-a': 'target',
      'x-b': 'call',
    });
  });
});

describe('the URL', () => {
  it.each([
    ['http://h:8000', 'http://h:8000/v1/chat/completions'],
    ['http://h:8000/', 'http://h:8000/v1/chat/completions'],
    ['http://h/v1', 'http://h/v1/chat/completions'],
    ['http://h/v1//', 'http://h/v1/chat/completions'],
    ['https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1/chat/completions'],
    ['https://h/proxy', 'https://h/proxy/v1/chat/completions'],
    ['https://open.bigmodel.cn/api/paas/v4/', 'https://open.bigmodel.cn/api/paas/v4/chat/completions'],
    ['https://h/v1beta/openai/', 'https://h/v1beta/openai/chat/completions'],
    ['https://h/chat/completions', 'https://h/chat/completions'],
    ['https://h/v1?a=1#x', 'https://h/v1/chat/completions?a=1&b=2+3'],
  ])('%s', (baseUrl, url) => {
    const query = url.includes('b=') ? { b: '2 3' } : {};
    expect(openaiRequest(call, { ...target, baseUrl, query }).url.href).toBe(url);
  });
});
