import { describe, expect, it } from 'vitest';
import type { WireFailure } from '../wire/wire-client.ts';
import { connectionProblem } from './connection-problem.ts';

const url = new URL('https://h.example:8000/v1/chat/completions?code=secret');

describe('connectionProblem', () => {
  it.each<readonly [WireFailure['kind'], string, string]>([
    ['tls', 'wrong version number', 'does the server speak http where the address says https?'],
    ['tls', 'certificate has expired', 'renew its certificate; is the clock of this machine right?'],
    ['tls', 'Hostname/IP does not match', 'use a name that the certificate is made out to'],
    ['tls', 'self-signed certificate', 'name its certificate authority (tls: { ca: ./ca.pem })'],
    ['tls', 'unable to verify the first certificate', 'name its certificate authority'],
    ['tls', 'sslv3 alert handshake failure', 'is it the right server'],
    ['connect', 'connect ECONNREFUSED', 'is the server running'],
    ['reset', 'closed', 'does the server speak HTTPS'],
  ])('of kind %s with %j says what to do', (kind, message, hint) => {
    const found = connectionProblem(url, { kind, message }, 'wire');
    expect(found.message).toContain(message);
    expect(found.message).not.toContain('secret');
    expect(found.hint).toContain(hint);
  });

  it('names the proxy where there is one', () => {
    const found = connectionProblem(url, { kind: 'connect', message: 'ECONNREFUSED' }, 'undici-proxy');
    expect(found.message).toBe('no answer from https://h.example:8000 through the proxy: ECONNREFUSED');
    expect(found.hint).toContain('HTTPS_PROXY');
  });
});
