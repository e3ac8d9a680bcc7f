import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { refusedHost } from './egress-policy.ts';
import type { EgressPolicy } from './egress-policy.ts';
import { portOf } from './host-pattern.ts';

/** Options of one of undici's pools, with which its connections look at the addresses that the name of its origin stands for. */
export function guardedOptions(options: object, origin: string | URL, egress: EgressPolicy): object {
  const connect = 'connect' in options && typeof options.connect === 'object' ? options.connect : {};
  const lookUp = guardedLookup(egress, portOf(new URL(origin)));
  return { ...options, connect: { ...connect, lookup: lookUp } };
}

/** Looks names up for connections to a port that a library makes, without the addresses to which none may be made. */
export function guardedLookup(egress: EgressPolicy, port: number): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = egress.allowed(host, addresses, port);
      const [first] = allowed;
      if (first === undefined) callback(refusal(host, port), '', 0);
      else if (options.all === true) callback(null, [...allowed]);
      else callback(null, first.address, first.family);
    });
  };
}

/** As an error of connecting, which it is to whoever gets it. */
function refusal(host: string, port: number): NodeJS.ErrnoException {
  return Object.assign(new Error(refusedHost(host, port)), { syscall: 'connect' });
}
