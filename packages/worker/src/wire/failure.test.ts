import { describe, expect, it } from 'vitest';
import { errorText, lossFailure } from './failure.ts';

function coded(code: string, message: string = code): Error {
  return Object.assign(new Error(message), { code });
}

describe('lossFailure', () => {
  it.each([
    ['tcp', 'ECONNREFUSED', 'connect'],
    ['tcp', 'EMFILE', 'generator'],
    ['tcp', 'EADDRNOTAVAIL', 'generator'],
    ['tls', 'ECONNRESET', 'tls'],
    ['waiting', 'ECONNRESET', 'reset'],
    ['response', 'EPIPE', 'reset'],
  ] as const)('during %s with %s is %s', (during, code, kind) => {
    expect(lossFailure({ during, error: coded(code) }).kind).toBe(kind);
  });

  it('looks into an error that stands for several addresses', () => {
    const error = new AggregateError([
      coded('ECONNREFUSED', 'a refused'),
      coded('EMFILE', 'no file'),
      coded('EMFILE', 'no file'),
    ]);
    expect(lossFailure({ during: 'tcp', error })).toEqual({
      kind: 'generator',
      message: 'a refused; no file',
    });
  });

  it('names the close that had no error', () => {
    expect(lossFailure({ during: 'response', error: undefined }).message).toBe(
      'the server closed the connection inside the response',
    );
  });
});

describe('errorText', () => {
  it('is one line of at most 200 characters', () => {
    expect(errorText(new Error('a\n\tb'))).toBe('a b');
    expect(errorText(new Error('x'.repeat(500)))).toHaveLength(200);
  });

  it('is the reason alone where OpenSSL says it', () => {
    const said =
      '403DD0BEFA7F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/ssl.c:77:\n';
    expect(errorText(new Error(said))).toBe('wrong version number');
    expect(errorText(new Error(`write EPROTO ${said}`))).toBe('wrong version number');
  });
});
