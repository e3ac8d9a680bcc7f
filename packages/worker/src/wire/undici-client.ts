import type { Clock, TlsSettings } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';
import type { Dispatcher, Pool } from 'undici';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { guardedOptions } from '../permissions/guarded-lookup.ts';
import { Deadlines } from './deadlines.ts';
import { UndiciExchange } from './undici-exchange.ts';
import type { UndiciHost } from './undici-exchange.ts';
import { certificateAuthorities } from './origin.ts';
import { refusedRequest } from './refused-request.ts';
import { undici } from './undici-library.ts';
import type {
  ClientPath,
  ClientStats,
  HttpClient,
  ResponseObserver,
  SendOptions,
  WireRequest,
} from './wire-client.ts';

/** How an `UndiciClient` reaches servers. */
export interface UndiciRoute {
  readonly path: ClientPath;
  /** URL of the proxy, where there is one. */
  readonly proxy?: string;
  readonly http2: boolean;
}

/** HTTP through undici's dispatch: for what our own client does not speak. Slower; the report names it. */
export class UndiciClient implements HttpClient {
  readonly #route: UndiciRoute;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #egress: EgressPolicy;
  readonly #hosts = new Map<string, UndiciHost>();
  readonly #active = new Set<UndiciExchange>();
  #requests = 0;
  #connectionsOpened = 0;
  #redirects = 0;
  #decodedResponses = 0;

  constructor(clock: Clock, route: UndiciRoute, egress = new EgressPolicy()) {
    this.#clock = clock;
    this.#egress = egress;
    this.#deadlines = new Deadlines(clock);
    this.#route = route;
  }

  get path(): ClientPath {
    return this.#route.path;
  }

  get stats(): ClientStats {
    return {
      path: this.path,
      requests: this.#requests,
      connectionsOpened: this.#connectionsOpened,
      staleReconnects: 0,
      redirects: this.#redirects,
      decodedResponses: this.#decodedResponses,
    };
  }

  send(request: HttpRequest, observer: ResponseObserver, options: SendOptions): WireRequest {
    let exchange: UndiciExchange;
    try {
      exchange = new UndiciExchange(this.#host(options), request, observer);
    } catch (error) {
      return refusedRequest(error, observer, this.#clock);
    }
    this.#requests++;
    this.#active.add(exchange);
    exchange.start();
    return exchange;
  }

  async close(): Promise<void> {
    for (const exchange of this.#active) exchange.abort();
    await Promise.all([...this.#hosts.values()].map(({ dispatcher }) => dispatcher.destroy()));
  }

  /** One dispatcher for each set of connection settings. */
  #host({ tls, connectTimeoutMs }: SendOptions): UndiciHost {
    const key = `${connectTimeoutMs} ${tls.insecure} ${tls.ca ?? ''}`;
    let host = this.#hosts.get(key);
    if (host === undefined) {
      host = {
        clock: this.#clock,
        egress: this.#egress,
        dispatcher: this.#dispatcher(tls, connectTimeoutMs),
        deadlines: this.#deadlines,
        connectTimeoutMs,
        onRedirect: () => void this.#redirects++,
        onDecoding: () => void this.#decodedResponses++,
        onFinished: (exchange) => void this.#active.delete(exchange),
      };
      this.#hosts.set(key, host);
    }
    return host;
  }

  #dispatcher(tls: TlsSettings, timeout: number): Dispatcher {
    const { proxy, http2 } = this.#route;
    const ca = certificateAuthorities(tls);
    const connect = {
      timeout,
      rejectUnauthorized: !tls.insecure,
      ...(ca === undefined ? {} : { ca: [...ca] }),
    };
    // Timeouts are the caller's; connections have no cap, as with our own client.
    const common = {
      headersTimeout: 0,
      bodyTimeout: 0,
      connections: null,
      maxHeaderSize: 65_536,
      allowH2: http2,
      factory: (origin: string | URL, options: object) => this.#pool(origin, options),
    };
    const { Agent, ProxyAgent } = undici();
    if (proxy === undefined) return new Agent({ ...common, connect, ...(http2 ? { useH2c: true } : {}) });
    // A proxy that does not answer CONNECT must not keep the requests that wait for it.
    const clientFactory = (origin: URL, options: object) =>
      new (undici().Pool)(origin, { ...options, headersTimeout: timeout });
    return new ProxyAgent({ ...common, uri: proxy, requestTls: connect, proxyTls: connect, clientFactory });
  }

  #pool(origin: string | URL, options: object): Pool {
    const library = undici();
    const isDirect = this.#route.proxy === undefined;
    const pool = new library.Pool(origin, isDirect ? guardedOptions(options, origin, this.#egress) : options);
    pool.on('connect', () => void this.#connectionsOpened++);
    return pool;
  }
}
