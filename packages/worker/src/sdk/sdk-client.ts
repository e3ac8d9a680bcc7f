import type { Provider, ResolvedTarget } from '@tokenstorm/providers';

/** A request as a vendor's SDK takes it. */
export interface SdkRequest {
  /** The members of the body that our own client would send, `stream` included. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The workload's own headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What a vendor's SDK gave back. */
export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Headers;
  /** The events of a stream, as the SDK parsed them; the one whole body where none was asked for. */
  readonly chunks: AsyncIterable<unknown>;
}

/** One vendor's SDK, set up for one target without its own retries. */
export interface SdkClient {
  /** Rejects, or its chunks do, with the SDK's own errors. */
  send(request: SdkRequest): Promise<SdkResponse>;
}

/** The `fetch` that an SDK sends with. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What an SDK needs beside its target. */
export interface SdkOptions {
  readonly timeoutMs: number;
  /** Default: Node's own. */
  readonly fetch?: Fetch;
}

/** How an SDK is reached, in the terms that both have in common. */
export interface SdkSettings {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly maxRetries: 0;
  readonly timeout: number;
  readonly logLevel: 'off';
  /** Followed by `fetch`, a redirect would take `x-api-key` and the target's headers to any server. */
  readonly fetchOptions: { readonly redirect: 'manual' };
  readonly defaultHeaders: Record<string, string | null>;
  readonly defaultQuery: Record<string, string>;
  readonly fetch?: Fetch;
}

/** Stands for a key that there is not: the SDKs refuse to start without one, and its header is taken away again. */
const noKey = 'none';

/**
 * The settings for a target: the URL that our own client would use without its operation, and the target's headers. The
 * SDK's own time limit is `timeoutMs`, which is to be later than ours.
 */
export function sdkSettings(
  target: ResolvedTarget,
  provider: Provider,
  operation: string,
  options: SdkOptions & { readonly keyHeader: string },
): SdkSettings {
  const { url } = provider.request({ messages: [], stream: true, extraBody: {}, headers: {} }, target);
  return {
    baseURL: url.origin + url.pathname.slice(0, -operation.length),
    apiKey: target.apiKey ?? noKey,
    maxRetries: 0,
    timeout: options.timeoutMs,
    logLevel: 'off',
    fetchOptions: { redirect: 'manual' },
    defaultHeaders: { ...(target.apiKey === undefined && { [options.keyHeader]: null }), ...target.headers },
    defaultQuery: Object.fromEntries(url.searchParams),
    ...(options.fetch !== undefined && { fetch: options.fetch }),
  };
}

/**
 * Makes a client as if the environment held none of the SDK's own variables, whose names begin so: an organisation or a
 * gateway's headers that were meant for the vendor must not go to whatever target a scenario names.
 */
export function withoutVariables<Client>(prefix: `${string}_`, make: () => Client): Client {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith(prefix));
  for (const [name] of own) delete process.env[name];
  try {
    return make();
  } finally {
    Object.assign(process.env, Object.fromEntries(own));
  }
}

/** A whole body as a stream of one chunk. */
export async function* wholeBody(body: unknown): AsyncIterable<unknown> {
  yield body;
}
