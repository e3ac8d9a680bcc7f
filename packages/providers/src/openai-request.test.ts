import { describe, expect, it } from 'vitest';
import type { ChatCall, ResolvedTarget } from './provider.ts';
import { openaiRequest } from './openai-request.ts';

const target: ResolvedTarget = {
  key: 'own/m',
  provider: 'own',
  type: 'openai-compatible',
  endpoint: 'chat',
  model: 'm',
  baseUrl: 'http://127.0.0.1:8000',
  apiKey: 'secret',
  headers: {},
  query: {},
  tls: { insecure: false },
  http2: false,
};

const call: ChatCall = {
  messages: [{ role: 'user', content: 'Hi "you" é' }],
  stream: true,
  extraBody: {},
  headers: {},
};

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
