import { describe, expect, it } from 'vitest';
import { providers } from '@tokenstorm/providers';
import { ErrorBody } from './error-body.ts';

const client = {
  provider: providers.openai.chat,
  target: { apiKey: 'sk-0123456789abcdef' },
} as unknown as ConstructorParameters<typeof ErrorBody>[0];

function failureOf(statusCode: number, ...pieces: string[]) {
  const body = new ErrorBody(client, statusCode);
  for (const piece of pieces) {
    // The buffer is reused between reads.
    const buffer = Buffer.from(`<<${piece}>>`);
    body.read(buffer, 2, buffer.length - 2);
    buffer.fill('*');
  }
  return body.failure();
}

describe('ErrorBody', () => {
  it('puts the pieces together and says what the body says', () => {
    expect(failureOf(400, '{"error":{"mess', 'age":"bad temp', 'erature"}}')).toEqual({
      kind: 'client-error',
      message: 'HTTP 400: bad temperature',
    });
  });

  it('says the status where there is no body', () => {
    expect(failureOf(502)).toEqual({ kind: 'server-error', message: 'HTTP 502' });
  });

  it('keeps the first 64 kB of a body without end and gives one line of at most 300 characters', () => {
    const long = 'x'.repeat(40_000);
    const { message } = failureOf(500, long, long, long, '\nkey sk-0123456789abcdef');
    expect(message).toHaveLength(300);
    expect(message).not.toContain('\n');
  });

  it('is not worth waiting for after a MiB', () => {
    const body = new ErrorBody(client, 500);
    const read = Buffer.alloc(65_536, 'x');
    for (let count = 0; count < 16; count++) body.read(read, 0, read.length);
    expect(body.isEndless).toBe(false);
    body.read(read, 0, 1);
    expect(body.isEndless).toBe(true);
  });

  it('hides the key', () => {
    expect(failureOf(401, 'wrong key sk-0123456789abcdef!').message).toBe('HTTP 401: wrong key [redacted]!');
  });
});
