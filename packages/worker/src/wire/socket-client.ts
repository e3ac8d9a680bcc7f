import type { Clock } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { PoolContext } from './connection-pool.ts';
import { Deadlines } from './deadlines.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeHost } from './exchange.ts';
import { originOf } from './origin.ts';
import { redirectedRequest } from './redirect.ts';
import { refusedRequest } from './refused-request.ts';
import { messagePrefix, requestMessage } from './request-message.ts';
import { Resolver } from './resolver.ts';
import type { ParsedHead } from './response-head.ts';
import type { ClientStats, ResponseObserver, SendOptions, HttpClient, WireRequest } from './wire-client.ts';

/** Where the requests to a URL go. */
interface Route {
  readonly href: string;
  readonly pool: ConnectionPool;
  readonly prefix: string;
}

/** HTTP/1.1 on sockets of our own: nothing stands between a socket read and the observer but the response parser. */
export class SocketClient implements HttpClient, ExchangeHost {
  readonly path = 'wire';
  readonly #context: PoolContext;
  readonly #follower: () => HttpClient;
  readonly #pools = new Map<string, ConnectionPool>();
  readonly #active = new Set<Exchange>();
  /** The route used last with the same options. */
  readonly #routes = new WeakMap<SendOptions, Route>();
  #requests = 0;
  #connectionsOpened = 0;
  #staleReconnects = 0;
  #redirects = 0;
  #decodedResponses = 0;

  /** `follower` gives the client that redirected requests go to. */
  constructor(clock: Clock, follower: () => HttpClient, egress = new EgressPolicy()) {
    this.#follower = follower;
    this.#context = {
      clock,
      resolver: new Resolver(clock),
      egress,
      deadlines: new Deadlines(clock),
      connections: new Set(),
      onOpened: () => void this.#connectionsOpened++,
    };
  }

  get stats(): ClientStats {
    return {
      path: this.path,
      requests: this.#requests,
      connectionsOpened: this.#connectionsOpened,
      staleReconnects: this.#staleReconnects,
      redirects: this.#redirects,
      decodedResponses: this.#decodedResponses,
    };
  }

  /** Sockets that exist at the moment, in use or idle. */
  get openConnections(): number {
    return this.#context.connections.size;
  }

  send(request: HttpRequest, observer: ResponseObserver, options: SendOptions): WireRequest {
    let exchange: Exchange;
    try {
      const route = this.#route(request.url, options);
      const message = requestMessage(request, route.prefix);
      exchange = new Exchange(this, route.pool, message, request, observer, options);
    } catch (error) {
      return refusedRequest(error, observer, this.#context.clock);
    }
    this.#requests++;
    this.#active.add(exchange);
    exchange.start();
    return exchange;
  }

  async close(): Promise<void> {
    for (const exchange of this.#active) exchange.abort();
    await Promise.all([...this.#context.connections].map((connection) => connection.close()));
  }

  onStale(): void {
    this.#staleReconnects++;
  }

  onDecoding(): void {
    this.#decodedResponses++;
  }

  onFinished(exchange: Exchange): void {
    this.#active.delete(exchange);
  }

  follow(head: ParsedHead, exchange: Exchange): WireRequest | undefined {
    const request = redirectedRequest(exchange.request, head.statusCode, head.headers['location']);
    if (request === undefined) return undefined;
    this.#redirects++;
    return this.#follower().send(request, exchange.observer, exchange.options);
  }

  #route(url: URL, options: SendOptions): Route {
    const known = this.#routes.get(options);
    if (known !== undefined && known.href === url.href) return known;
    const route = { href: url.href, pool: this.#pool(url, options), prefix: messagePrefix(url) };
    this.#routes.set(options, route);
    return route;
  }

  #pool(url: URL, { tls }: SendOptions): ConnectionPool {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new Error(`the protocol ${url.protocol} is not supported`);
    }
    const key = url.protocol === 'http:' ? url.origin : `${url.origin} ${tls.insecure} ${tls.ca ?? ''}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new ConnectionPool(originOf(url, tls), this.#context);
      this.#pools.set(key, pool);
    }
    return pool;
  }
}
