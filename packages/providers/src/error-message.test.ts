import { describe, expect, it } from 'vitest';
import { errorMessage, streamErrorText } from './error-message.ts';

describe('the message of an error body', () => {
  it.each([
    [
      'OpenAI',
      '{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}',
      'Rate limit reached',
    ],
    ['a string', '{"error":"model not found"}', 'model not found'],
    ['vLLM', '{"object":"error","message":"too long","type":"BadRequestError","code":400}', 'too long'],
    ['FastAPI', '{"detail":"Not Found"}', 'Not Found'],
    [
      'FastAPI, several',
      '{"detail":[{"loc":["body"],"msg":"field required"},{"msg":"x"}]}',
      'field required',
    ],
    ['Google', '[{"error":{"code":400,"message":"API key not valid."}}]', 'API key not valid.'],
    ['a page', '<html>\n<head><title>502 Bad Gateway</title></head><body>x</body></html>', '502 Bad Gateway'],
    ['a page without title', '<p>Service <b>down</b></p>', 'Service down'],
    ['plain text', ' upstream connect error\r\n\ttry later ', 'upstream connect error try later'],
    ['JSON without message', '{"code":7}', '{"code":7}'],
    ['nothing', '', ''],
    ['nested without end', '[[[[[[[[[[[["x"]]]]]]]]]]]]', '[[[[[[[[[[[["x"]]]]]]]]]]]]'],
  ])('%s', (_, body, message) => {
    expect(errorMessage(body)).toBe(message);
  });

  it('has no control characters', () => {
    expect(errorMessage('a\u001b[31mb\u0000\u009fc')).toBe('a [31mb c');
  });

  it('is at most 300 characters, and cuts no character in half', () => {
    expect(errorMessage('x'.repeat(300))).toBe('x'.repeat(300));
    expect(errorMessage('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
    expect(errorMessage(`${'x'.repeat(298)}😀yy`)).toBe(`${'x'.repeat(298)}…`);
  });
});

describe('the text of an error object under status 200', () => {
  it.each([
    ['Anthropic', { type: 'overloaded_error', message: 'Overloaded' }, 'overloaded_error: Overloaded'],
    ['OpenAI', { type: 'requests', code: 'rate_limit_exceeded', message: 'x' }, 'rate_limit_exceeded: x'],
    ['a code that is null', { type: 'server_error', code: null, message: 'x' }, 'server_error: x'],
    ['vLLM', { type: 'BadRequestError', code: 400, message: 'x' }, 'BadRequestError: x'],
    ['a status', { code: 502, message: 'x' }, '502: x'],
    ['a number that is none', { code: 7, message: 'x' }, 'x'],
    ['a sentence for a name', { type: 'it went wrong', message: 'x' }, 'x'],
    ['the event itself', { type: 'error', message: 'x' }, 'x'],
    ['no name', { message: 'x' }, 'x'],
    ['no message', { type: 'api_error' }, '{"type":"api_error"}'],
    ['a text', 'x', 'x'],
    ['a name that is a key', { code: 'sk-proj-abcdefgh1234', message: 'x' }, '[redacted]: x'],
  ])('%s', (_, error, text) => {
    expect(streamErrorText(error)).toBe(text);
  });

  it('is at most 300 characters', () => {
    expect(streamErrorText({ code: 'c', message: 'x'.repeat(400) })).toHaveLength(300);
  });
});

describe('redaction', () => {
  it.each([
    ['Incorrect API key provided: sk-proj-abcdefgh1234.', 'Incorrect API key provided: [redacted]'],
    ['Incorrect API key provided: sk-ab****************wxyz', 'Incorrect API key provided: [redacted]'],
    ['header "authorization: Bearer abc.def" refused', 'header "authorization: Bearer [redacted]" refused'],
    ['Bearer token is missing', 'Bearer token is missing'],
    ['key AIzaSyA1234567890abcdef is unknown', 'key [redacted] is unknown'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc expired', 'jwt [redacted] expired'],
    ['?api_key=hunter2&x=1', '?api_key=[redacted]&x=1'],
    ['the task-force and the desk-lamp-of-mine', 'the task-force and the desk-lamp-of-mine'],
  ])('%s', (body, message) => {
    expect(errorMessage(body)).toBe(message);
  });

  it('knows the key that was sent, whatever it looks like, and hides it before it cuts', () => {
    expect(errorMessage('{"error":"no such key: tiger"}', 'tiger')).toBe('no such key: [redacted]');
    expect(errorMessage(`${'x'.repeat(295)}tiger`, 'tiger')).not.toContain('tig');
    expect(errorMessage('x', '')).toBe('x');
  });
});
