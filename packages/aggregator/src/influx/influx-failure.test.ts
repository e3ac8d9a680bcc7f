import { describe, expect, it } from 'vitest';
import { failureOf, failureOfQuery } from './influx-failure.ts';

/** As the client library words an answer that is no success. */
const answer = (status: number, text: string, body: string) =>
  new Error(`A ${status} ${text} error occurred: ${body}`);

describe('failureOf', () => {
  it.each([
    [
      answer(401, 'Unauthorized', '{"error":"authorization failed"}'),
      'unauthorized',
      '401 authorization failed',
    ],
    [
      answer(404, 'Not Found', '{"error":"database not found: \\"x\\""}'),
      'no-database',
      '404 database not found: "x"',
    ],
    [answer(413, 'Request Entity Too Large', '<html>\n</html>'), 'too-large', '413 <html> </html>'],
    [
      answer(400, 'Bad Request', '{"error":"partial write: x dropped=3"}'),
      'refused',
      '400 partial write: x dropped=3',
    ],
    [
      answer(401, 'Unauthorized', '{"code":"unauthorized","message":"who are you"}'),
      'unauthorized',
      '401 who are you',
    ],
    [answer(429, 'Too Many Requests', ''), 'failed', '429 Too Many Requests'],
    [
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
      'unreachable',
      'connect ECONNREFUSED 127.0.0.1:1',
    ],
    [answer(302, 'Found', ''), 'failed', '302 Found'],
    [new Error('Request timed out'), 'unreachable', 'it did not answer in time'],
    [new Error('Service Unavailable'), 'failed', 'Service Unavailable'],
    ['nothing', 'failed', 'nothing'],
  ])('tells what %s means', (cause, kind, message) => {
    expect(failureOf(cause)).toMatchObject({ kind, message });
  });

  it('keeps nothing of the error that holds the request', () => {
    const cause = Object.assign(answer(400, 'Bad Request', 'x'), {
      req: { _header: 'Authorization: Basic czNjcmV0' },
    });
    expect(failureOf(cause).cause).toBeUndefined();
  });
});

describe('failureOfQuery', () => {
  it.each([
    ['database not found: x', 'no-database'],
    ['error authorizing query: u not authorized to execute statement', 'unauthorized'],
    ['retention policy duration must be at least 1h0m0s', 'refused'],
  ])('tells what "%s" means', (message, kind) => {
    expect(failureOfQuery(message).kind).toBe(kind);
  });
});
