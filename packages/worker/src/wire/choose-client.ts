import { TokenstormError } from '@tokenstorm/core';
import type { Clock } from '@tokenstorm/core';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { proxyFor } from './proxy.ts';
import type { Environment } from './proxy.ts';
import { SocketClient } from './socket-client.ts';
import { UndiciClient } from './undici-client.ts';
import type { UndiciRoute } from './undici-client.ts';
import type { ClientStats, HttpClient } from './wire-client.ts';

/** The clients of one process: each way to a server has one, made when it is first chosen. */
export class HttpClients {
  readonly #clock: Clock;
  readonly #environment: Environment;
  readonly #egress: EgressPolicy;
  readonly #clients = new Map<string, HttpClient>();

  constructor(clock: Clock, environment: Environment, egress = new EgressPolicy()) {
    this.#clock = clock;
    this.#environment = environment;
    this.#egress = egress;
  }

  /**
   * The client for all requests to a target; its `path` names the way. Our own, unless a proxy applies by the environment or
   * HTTP/2 is asked for. Throws `E_SCENARIO_INVALID` where the base URL is not one.
   */
  choose(target: { readonly baseUrl: string; readonly http2: boolean }): HttpClient {
    const url = URL.parse(target.baseUrl);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new TokenstormError('E_SCENARIO_INVALID', 'a base URL is no http(s) URL');
    }
    const proxy = proxyFor(url, this.#environment);
    if (proxy !== undefined) return this.#undici({ path: 'undici-proxy', proxy, http2: target.http2 });
    if (target.http2) return this.#undici({ path: 'undici-h2', http2: true });
    return this.#client('wire', () => new SocketClient(this.#clock, () => this.#follower(), this.#egress));
  }

  /** One entry for each client that was chosen, or that redirects led to. */
  stats(): readonly ClientStats[] {
    return [...this.#clients.values()].map((client) => client.stats);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  /** Where our own client sends a redirected request. */
  #follower(): HttpClient {
    return this.#undici({ path: 'undici-redirect', http2: false });
  }

  #undici(route: UndiciRoute): HttpClient {
    const key = `${route.path} ${route.http2} ${route.proxy ?? ''}`;
    return this.#client(key, () => new UndiciClient(this.#clock, route, this.#egress));
  }

  #client(key: string, create: () => HttpClient): HttpClient {
    const known = this.#clients.get(key) ?? create();
    this.#clients.set(key, known);
    return known;
  }
}
