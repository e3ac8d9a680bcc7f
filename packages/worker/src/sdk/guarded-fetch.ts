import { refusedHost } from '../permissions/egress-policy.ts';
import type { EgressPolicy } from '../permissions/egress-policy.ts';
import { guardedOptions } from '../permissions/guarded-lookup.ts';
import { plainHost, portOf } from '../permissions/host-pattern.ts';
import { undici } from '../wire/undici-library.ts';
import { limitedBody } from './limited-body.ts';
import type { Fetch } from './sdk-client.ts';

/** How TLS connections are made, in undici's terms. */
export interface FetchTls {
  readonly rejectUnauthorized: boolean;
  readonly ca?: readonly string[] | string;
}

/**
 * A `fetch` for SDKs that connects only to where it may, and gives up on a body that is longer than one can be: an SDK keeps what it
 * has not understood yet, without end.
 */
export function guardedFetch(egress: EgressPolicy, tls: FetchTls): Fetch {
  const { Agent, Pool, Response, fetch } = undici();
  const dispatcher = new Agent({
    connect: tls as object,
    factory: (origin, options) => new Pool(origin, guardedOptions(options, origin, egress)),
  });
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const port = portOf(url);
    if (!egress.mayBeHost(url.hostname, port)) throw refusal(plainHost(url.hostname), port);
    // Undici's types of the same web classes are not those of Node.
    const response = await fetch(url, { ...init, dispatcher } as never);
    const { status, statusText, headers } = response;
    const body = limitedBody(response);
    return new Response(body, { status, statusText, headers });
  };
}

function refusal(host: string, port: number): Error {
  return Object.assign(new Error(refusedHost(host, port)), { syscall: 'connect' });
}
