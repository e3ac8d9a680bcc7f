import { describe, expect, it } from 'vitest';
import { endpointsOf } from '@tokenstorm/core';
import { providerOf, providers } from './index.ts';

describe('why a request failed', () => {
  it.each([
    [400, 'client-error'],
    [401, 'auth'],
    [403, 'auth'],
    [404, 'client-error'],
    [408, 'server-error'],
    [422, 'client-error'],
    [429, 'rate-limited'],
    [500, 'server-error'],
    [502, 'server-error'],
    [503, 'overloaded'],
    [504, 'server-error'],
    [529, 'overloaded'],
  ])('%i is %s', (statusCode, kind) => {
    expect(providers.openai.chat.classifyError(statusCode, '')).toBe(kind);
  });

  it('is the content filter where a 400 says so', () => {
    const body = '{"error":{"code":"content_filter","message":"filtered","status":400}}';
    expect(providers['openai-compatible'].chat.classifyError(400, body)).toBe('content-filter');
    expect(providers['openai-compatible'].chat.classifyError(500, body)).toBe('server-error');
  });
});

describe("why a request to Anthropic's API failed", () => {
  it.each([
    [400, 'client-error'],
    [401, 'auth'],
    [402, 'client-error'],
    [403, 'auth'],
    [404, 'client-error'],
    [413, 'client-error'],
    [429, 'rate-limited'],
    [500, 'server-error'],
    [504, 'server-error'],
    [529, 'overloaded'],
  ])('%i is %s', (statusCode, kind) => {
    expect(providers.anthropic.messages.classifyError(statusCode, '')).toBe(kind);
  });

  it('is an overload where the body of another 5xx says so', () => {
    const body = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}';
    expect(providers.anthropic.messages.classifyError(500, body)).toBe('overloaded');
    expect(providers.anthropic.messages.classifyError(400, body)).toBe('client-error');
  });
});

describe('the map', () => {
  it('has exactly the pairs that a scenario may name', () => {
    const pairs = Object.entries(providers).map(([type, endpoints]) => [type, Object.keys(endpoints)]);
    expect(Object.fromEntries(pairs)).toEqual(endpointsOf);
    expect(() => providerOf({ type: 'anthropic', endpoint: 'chat' })).toThrow(TypeError);
  });

  it('has each provider under its own type and endpoint', () => {
    for (const [type, endpoints] of Object.entries(providers)) {
      for (const [endpoint, { id, endpoint: own }] of Object.entries(endpoints)) {
        expect([id, own]).toEqual([type, endpoint]);
      }
    }
  });
});
