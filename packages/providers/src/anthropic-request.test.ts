import { describe, expect, it } from 'vitest';
import { call, target } from './__fixtures__/calls.ts';
import { anthropicRequest } from './anthropic-request.ts';
import type { ChatCall } from './provider.ts';

function bodyOf(change: Partial<ChatCall>): unknown {
  return JSON.parse(anthropicRequest({ ...call, ...change }, target).body);
}

const user = { role: 'user', content: 'Hi' } as const;
const brief = { role: 'system', content: 'Be brief.' } as const;
const kind = { role: 'system', content: 'Be kind.' } as const;

describe('the body', () => {
  it('has a limit of output tokens, which the API wants', () => {
    expect(bodyOf({})).toEqual({ model: 'm', max_tokens: 1024, messages: call.messages, stream: true });
    expect(bodyOf({ maxTokens: 16, temperature: 0, stream: false })).toEqual({
      model: 'm',
      max_tokens: 16,
      messages: call.messages,
      stream: false,
      temperature: 0,
    });
  });

  it('has system messages at its top', () => {
    expect(bodyOf({ messages: [brief, user] })).toMatchObject({ system: 'Be brief.', messages: [user] });
    expect(bodyOf({ messages: [brief, user, kind] })).toMatchObject({
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.' },
      ],
      messages: [user],
    });
    expect(bodyOf({ messages: [user] })).not.toHaveProperty('system');
  });

  it('takes extra members last', () => {
    const thinking = { type: 'enabled', budget_tokens: 2048 };
    expect(
      bodyOf({ maxTokens: 16, temperature: 0, extraBody: { thinking, max_tokens: 4096, temperature: null } }),
    ).toEqual({
      model: 'm',
      max_tokens: 4096,
      messages: call.messages,
      stream: true,
      thinking,
    });
  });
});

describe('the headers', () => {
  it('carry the key and the version', () => {
    expect(anthropicRequest(call, target).headers).toEqual({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'anthropic-version': '2023-06-01',
      'x-api-key': 'secret',
    });
    expect(anthropicRequest(call, { ...target, apiKey: undefined }).headers).not.toHaveProperty('x-api-key');
  });

  it('are overridden by the scenario: another version, betas, a bearer token', () => {
    const headers = { 'Anthropic-Version': '2024-01-01', authorization: 'Bearer t' };
    expect(
      anthropicRequest(
        { ...call, headers: { 'anthropic-beta': 'b' } },
        { ...target, apiKey: undefined, headers },
      ).headers,
    ).toEqual({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'anthropic-version': '2024-01-01',
      'anthropic-beta': 'b',
      authorization: 'Bearer t',
    });
  });
});

describe('the URL', () => {
  it.each([
    ['https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
    ['https://api.anthropic.com/v1/', 'https://api.anthropic.com/v1/messages'],
    ['https://api.z.ai/api/anthropic', 'https://api.z.ai/api/anthropic/v1/messages'],
    ['http://h:8000/v1/messages', 'http://h:8000/v1/messages'],
  ])('%s', (baseUrl, url) => {
    expect(anthropicRequest(call, { ...target, baseUrl }).url.href).toBe(url);
  });
});
