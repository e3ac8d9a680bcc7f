import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '@tokenstorm/providers';
import { isModel, modelHint, modelNames, modelsRequest } from './model-list.ts';

const completion = (url: string): HttpRequest => ({
  method: 'POST',
  url: new URL(url),
  headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: 'Bearer k' },
  body: '{}',
});

describe('modelsRequest', () => {
  it.each([
    ['http://h/v1/chat/completions', 'http://h/v1/models'],
    ['http://h/a/b/v1/responses?version=1', 'http://h/a/b/v1/models?version=1'],
    ['http://h/v1/messages', 'http://h/v1/models'],
  ])('asks for the list beside %s, with the key', (url, expected) => {
    const request = modelsRequest(completion(url));
    expect(request?.url.href).toBe(expected);
    expect(request).toMatchObject({
      method: 'GET',
      headers: { accept: 'application/json', authorization: 'Bearer k' },
      body: '',
    });
  });

  it('asks for one model, whatever its name', () => {
    const request = modelsRequest(completion('http://h/v1/chat/completions'), "org/a b$&$'ü");
    expect(request?.url.pathname).toBe("/v1/models/org%2Fa%20b%24%26%24'%C3%BC");
  });

  it('knows no list beside another path', () => {
    expect(modelsRequest(completion('http://h/generate'))).toBeUndefined();
  });
});

describe('modelNames', () => {
  it.each([
    ['{"data":[{"id":"a"},{"id":"b/c"},{"id":5},null]}', ['a', 'b/c']],
    ['{"data":[]}', []],
    ['{"data":{}}', undefined],
    ['[]', undefined],
    ['<html>', undefined],
    ['', undefined],
  ])('of %s are %j', (body, expected) => {
    expect(modelNames(body)).toEqual(expected);
  });

  it('are told from the description of one', () => {
    expect(isModel('{"id":"a","object":"model"}')).toBe(true);
    expect(isModel('{"data":[{"id":"a"}]}')).toBe(false);
  });
});

describe('modelHint', () => {
  it.each([
    ['llama-3-8', ['llama-3-8b', 'other'], 'did you mean `llama-3-8b`?'],
    ['x', [], 'the server lists no models at all'],
    ['zzzz', ['a', 'b'], 'the server has a, b'],
    [
      'zzzz',
      Array.from({ length: 1009 }, (_, index) => `m${index}`),
      /^the server has m0, .*, m7, and 1,001 more$/,
    ],
    ['zzzz', ['\u001B[31mred\n'], 'the server has  [31mred '],
    ['zzzz', ['y'.repeat(5000)], `the server has ${'y'.repeat(80)}…`],
  ])('for %s: %j', (model, names, expected) => {
    expect(modelHint(model, names)).toMatch(expected);
  });
});
