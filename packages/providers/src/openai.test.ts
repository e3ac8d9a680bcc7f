import { describe, expect, it } from 'vitest';
import { providers } from './index.ts';

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
    expect(providers.openai.classifyError(statusCode, '')).toBe(kind);
  });

  it('is the content filter where a 400 says so', () => {
    const body = '{"error":{"code":"content_filter","message":"filtered","status":400}}';
    expect(providers['openai-compatible'].classifyError(400, body)).toBe('content-filter');
    expect(providers['openai-compatible'].classifyError(500, body)).toBe('server-error');
  });
});

describe('the map', () => {
  it('has each provider under its own name', () => {
    expect(Object.entries(providers).map(([name, provider]) => [name, provider.id])).toEqual([
      ['openai', 'openai'],
      ['openai-compatible', 'openai-compatible'],
    ]);
  });
});
