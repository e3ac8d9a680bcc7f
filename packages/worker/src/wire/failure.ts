import type { ConnectionLoss } from './connection.ts';
import type { WireFailure } from './wire-client.ts';

/** This machine has no descriptors, ports or buffers left: our own fault, not the server's. */
const shortages = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM', 'EAGAIN']);

/** What the loss of a connection means for its request. */
export function lossFailure({ during, error }: ConnectionLoss): WireFailure {
  const cause = error === undefined ? 'the server closed the connection' : errorText(error);
  switch (during) {
    case 'tcp':
      return { kind: isShortage(error) ? 'generator' : 'connect', message: cause };
    case 'tls':
      return { kind: 'tls', message: cause };
    case 'waiting':
      return { kind: 'reset', message: `${cause} before a response` };
    case 'response':
      return { kind: 'reset', message: `${cause} inside the response` };
  }
}

/** Whether an error says that this machine has run out of something. */
export function isShortage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some((one) => isShortage(one));
  return error instanceof Error && 'code' in error && shortages.has(String(error.code));
}

/** OpenSSL puts the reason between a number of its own and places in its sources. */
const openssl = /^.*:error:[\dA-F]+:SSL routines:[^:]*:([^:]+):.*$/s;

/** One line about an error; for one that stands for several addresses, about each. */
export function errorText(error: Error): string {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const messages = errors.map((one) => (one instanceof Error ? one.message : String(one)));
  // Node's advice on certificates names a flag of node, which is no use to whoever runs us.
  const plain = messages.map((message) => message.replace(/; if the root CA.*$/, '').replace(openssl, '$1'));
  return [...new Set(plain)].join('; ').replaceAll(/\s+/g, ' ').slice(0, 200);
}
