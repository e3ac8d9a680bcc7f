import { describe, expect, it } from 'vitest';
import { call, target } from './__fixtures__/calls.ts';
import type { ChatCall, ResolvedTarget } from './provider.ts';
import { responsesRequest } from './responses-request.ts';

function bodyOf(change: Partial<ChatCall>, own: Partial<ResolvedTarget> = {}): unknown {
  return JSON.parse(responsesRequest({ ...call, ...change }, { ...target, ...own }).body);
}

describe('a request of the responses API', () => {
  it('has the messages as input, the system message in its place', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ] as const;
    expect(bodyOf({ messages, maxTokens: 16, temperature: 0 })).toEqual({
      model: 'm',
      input: messages,
      stream: true,
      max_output_tokens: 16,
      temperature: 0,
    });
    expect(bodyOf({ stream: false })).toEqual({ model: 'm', input: call.messages, stream: false });
  });

  it("gives OpenAI's reasoning models no temperature, and takes extra members last", () => {
    const extraBody = { reasoning: { effort: 'low' }, max_output_tokens: null };
    expect(
      bodyOf({ maxTokens: 16, temperature: 0, extraBody }, { type: 'openai', model: 'o4-mini' }),
    ).toEqual({ model: 'o4-mini', input: call.messages, stream: true, reasoning: { effort: 'low' } });
  });

  it('carries the key as chat does', () => {
    expect(responsesRequest(call, target).headers).toEqual({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: 'Bearer secret',
    });
  });

  it.each([
    ['http://h:8000', 'http://h:8000/v1/responses'],
    ['https://api.openai.com/v1/', 'https://api.openai.com/v1/responses'],
    ['https://h/v1/responses', 'https://h/v1/responses'],
  ])('to %s goes to %s', (baseUrl, url) => {
    expect(responsesRequest(call, { ...target, baseUrl }).url.href).toBe(url);
  });
});
