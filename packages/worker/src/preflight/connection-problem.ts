import type { ClientPath, WireFailure } from '../wire/wire-client.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

type Kind = WireFailure['kind'];

const hints: Readonly<Record<Kind, string>> = {
  connect: 'is the server running, and is this its address?',
  'connect-timeout':
    'is this its address, does it speak what the address says, and does a firewall let you through?',
  tls: 'is it the right server, and does it speak HTTPS?',
  reset: 'does the server speak HTTPS where the address says http?',
  protocol: 'does the server speak HTTP, and HTTPS where the address says http?',
  generator: 'it could not even be sent from here',
};

/** What to do about a handshake that failed, by what was said of it; the first that applies. */
const tlsHints: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /wrong version number|packet length too long|record layer|disconnected before secure/i,
    'does the server speak http where the address says https?',
  ],
  [/expired|not yet valid/i, 'renew its certificate; is the clock of this machine right?'],
  [/altnames|does not match/i, 'use a name that the certificate is made out to'],
  [
    /self.signed|unable to|issuer|verify/i,
    'name its certificate authority (tls: { ca: ./ca.pem }), or turn the check off (tls: { insecure: true })',
  ],
];

/** What to say where a server cannot be reached. `path` is how it was tried. */
export function connectionProblem(url: URL, failure: WireFailure, path: ClientPath): Finding {
  const { kind, message } = failure;
  const isTls = kind === 'tls';
  if (/line break|forbidden character/.test(message)) {
    return problem(message, 'is there a line break in the environment variable that it comes from?');
  }
  const what = isTls ? `the TLS connection to ${url.host} failed` : `no answer from ${url.origin}`;
  return path === 'undici-proxy' && !isTls
    ? problem(`${what} through the proxy: ${message}`, proxyHint(url))
    : problem(`${what}: ${message}`, hintFor(kind, message));
}

function hintFor(kind: Kind, message: string): string {
  const known = kind === 'tls' ? tlsHints.find(([said]) => said.test(message)) : undefined;
  return known?.[1] ?? hints[kind];
}

function proxyHint({ protocol, hostname }: URL): string {
  const variable = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return `is the proxy in ${variable} right, and running? NO_PROXY=${hostname} goes without it`;
}
