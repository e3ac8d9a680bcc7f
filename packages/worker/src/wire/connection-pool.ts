import type { Clock } from '@tokenstorm/core';
import type { EgressPolicy } from '../permissions/egress-policy.ts';
import type { Deadlines } from './deadlines.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import type { Origin } from './origin.ts';
import type { Resolver } from './resolver.ts';
import { HeadCache } from './response-parser.ts';

/** What the pools of one client share. */
export interface PoolContext {
  readonly clock: Clock;
  readonly resolver: Resolver;
  /** Where connections may be made to. */
  readonly egress: EgressPolicy;
  readonly deadlines: Deadlines;
  /** All that exist, in use or idle. */
  readonly connections: Set<Connection>;
  /** A connection was established. */
  onOpened(): void;
}

/** The idle connections of one origin: the one used last is used first. There is no cap: who asks for one more gets it. */
export class ConnectionPool implements ConnectionOwner {
  readonly origin: Origin;
  readonly context: PoolContext;
  readonly headCache = new HeadCache();
  #newest: Connection | undefined;

  constructor(origin: Origin, context: PoolContext) {
    this.origin = origin;
    this.context = context;
  }

  get clock(): Clock {
    return this.context.clock;
  }

  /** An idle connection, out of the pool now; `undefined` where there is none. */
  take(nowMs: number): Connection | undefined {
    while (this.#newest !== undefined) {
      const connection = this.#newest;
      this.#unlink(connection);
      if (nowMs < connection.expiresAtMs) return connection;
      connection.destroy();
    }
    return undefined;
  }

  add(connection: Connection): void {
    this.context.connections.add(connection);
  }

  onOpened(): void {
    this.context.onOpened();
  }

  release(connection: Connection): void {
    connection.idle = true;
    connection.nextIdle = this.#newest;
    if (this.#newest !== undefined) this.#newest.previousIdle = connection;
    this.#newest = connection;
  }

  remove(connection: Connection): void {
    if (connection.idle) this.#unlink(connection);
  }

  onClosed(connection: Connection): void {
    this.context.connections.delete(connection);
  }

  #unlink(connection: Connection): void {
    const { nextIdle, previousIdle } = connection;
    if (nextIdle !== undefined) nextIdle.previousIdle = previousIdle;
    if (previousIdle === undefined) this.#newest = nextIdle;
    else previousIdle.nextIdle = nextIdle;
    connection.idle = false;
    connection.nextIdle = undefined;
    connection.previousIdle = undefined;
  }
}
