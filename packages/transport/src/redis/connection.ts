import { Redis } from 'ioredis';
import { TokenstormError } from '@tokenstorm/core';
import type { Clock } from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { checkServer } from './connection-check.ts';
import { forgetSecrets, redisError } from './connection-error.ts';
import { parseRedisUrl } from './connection-url.ts';
import type { RedisAddress } from './connection-url.ts';
import { redisPrefix } from './keys.ts';
import { RedisClock } from './redis-clock.ts';
import { settledWithin } from './settled-within.ts';

/** Whether Redis can be reached: `lost` for a while, `gone` for good. */
export type ConnectionState = 'up' | 'lost' | 'gone';

export interface RedisConnectionOptions {
  /** See `parseRedisUrl`. */
  readonly url: string;
  /** Shown by Redis beside the connection (`CLIENT LIST`). */
  readonly name: string;
  /** How long a lease lasts without being renewed, ms. */
  readonly leaseMs: number;
  /** Redis away for so long is gone for good, ms. */
  readonly giveUpMs: number;
  /** Monotonic time of this process. */
  readonly local?: Clock;
}

/** A reconnect is tried after 50 ms, 100 ms … 1 s. */
const longestRetryMs = 1000;
const connectTimeoutMs = 3000;
/** A command without any answer for so long is on a dead connection: a new one is made, and what was not answered is sent again. */
const silenceMs = 4000;
/** A server that takes no writes any more is left so often at most, for whichever the address leads to by then. */
const leaveReplicaEveryMs = 2000;
/** A Redis that is loading its data is asked again after so long. */
const longestLoadingWaitMs = 250;
const closeTimeoutMs = 1000;

/**
 * What all parts of the transport share: one connection for commands, which is never blocked, and others beside it for reads that
 * wait. Commands given while Redis is away wait until it is back, so each of them must bear being sent twice; once it is
 * gone for good they reject.
 */
export class RedisConnection implements AsyncDisposable {
  readonly address: RedisAddress;
  /** The connection for commands. */
  readonly commands: Redis;
  /** Redis time. */
  readonly clock: RedisClock;
  readonly leaseMs: number;
  readonly #local: Clock;
  readonly #giveUpMs: number;
  readonly #clients = new Set<Redis>();
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = 'up';
  #warnings: readonly string[] = [];
  #established = false;
  #closing = false;
  #connectedSinceMs: number;
  #giveUp: NodeJS.Timeout | undefined;
  #lastError: unknown;
  #leftReplicaAtMs = -Infinity;

  /** Connects, and looks whether the server is one that we can work with. Rejects with `E_REDIS`. */
  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options, parseRedisUrl(options.url));
    try {
      await connection.#establish();
    } catch (cause) {
      await connection[Symbol.asyncDispose]();
      throw cause;
    }
    return connection;
  }

  private constructor(options: RedisConnectionOptions, address: RedisAddress) {
    this.address = address;
    this.leaseMs = options.leaseMs;
    this.#giveUpMs = options.giveUpMs;
    this.#local = options.local ?? systemClock;
    this.#connectedSinceMs = this.#local.nowMs();
    this.commands = this.#client(options.name);
    this.clock = new RedisClock(this.commands, this.#local);
    this.commands.on('ready', () => this.#ready());
    this.commands.on('close', () => this.#closed());
  }

  /** What is wrong with the server's settings, but not so wrong that nothing works. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Local `nowMs` at which Redis was reached the last time after it was not. */
  get connectedSinceMs(): number {
    return this.#connectedSinceMs;
  }

  /** Why Redis is gone for good; absent while it is not. */
  get problem(): TokenstormError | undefined {
    if (this.#state !== 'gone') return undefined;
    const seconds = Math.round(this.#giveUpMs / 1000);
    return new TokenstormError('E_REDIS', `${this.address.name} has not answered for ${seconds} s`, {
      hint: 'look whether Redis runs and can be reached from here',
      cause: redisError(this.#lastError, this.address),
    });
  }

  /** What a command resolves to; rejects with `E_REDIS`. */
  async answer<T>(command: Promise<T>): Promise<T> {
    try {
      return await command;
    } catch (cause) {
      throw this.problem ?? redisError(cause, this.address);
    }
  }

  /** Options for BullMQ's classes: they use the connection for commands and leave it open. */
  get queueOptions(): {
    readonly connection: Redis;
    readonly prefix: string;
    readonly skipVersionCheck: true;
  } {
    return { connection: this.commands, prefix: redisPrefix, skipVersionCheck: true };
  }

  /**
   * A connection of its own for commands that wait. Whoever is done with it calls `closeExtra`; it ends with this one at the
   * latest. Throws `E_REDIS` where this one has ended.
   */
  openExtra(): Redis {
    if (this.#closing) throw this.problem ?? redisError(new Error('Connection is closed.'), this.address);
    const client = this.#client(`${this.commands.options.connectionName}-reader`);
    client.connect().catch(() => {});
    return client;
  }

  /** Ends such a connection at once; commands that wait on it reject. */
  closeExtra(client: Redis): void {
    this.#clients.delete(client);
    endClient(client);
  }

  /** Calls the listener with each new state; returns what ends that. */
  onChange(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all connections within 1 s, whatever Redis does. Commands that have no answer by then reject. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    this.clock.stop();
    if (this.commands.status === 'ready') await settledWithin(this.commands.quit(), closeTimeoutMs);
    this.#end();
  }

  async #establish(): Promise<void> {
    await this.#connect();
    this.#warnings = await checkServer(this.commands, this.address);
    await this.clock.start();
    this.#established = true;
  }

  async #connect(): Promise<void> {
    try {
      await this.commands.connect();
    } catch (cause) {
      throw redisError(this.#lastError ?? cause, this.address);
    }
    if (this.#lastError !== undefined) throw redisError(this.#lastError, this.address);
  }

  #client(name: string): Redis {
    const client = new Redis({
      ...this.address.options,
      connectionName: name,
      maxRetriesPerRequest: null,
      retryStrategy: (times: number) => this.#retryInMs(times),
      connectTimeout: connectTimeoutMs,
      socketTimeout: silenceMs,
      lazyConnect: true,
      maxLoadingRetryTime: longestLoadingWaitMs,
      reconnectOnError: (error) => this.#isReplicaToLeave(error),
    });
    client.on('error', (error: unknown) => {
      this.#lastError = forgetSecrets(error);
    });
    this.#clients.add(client);
    return client;
  }

  #retryInMs(times: number): number | null {
    if (this.#closing || !this.#established) return null;
    return Math.min(50 * 2 ** Math.min(times - 1, 10), longestRetryMs) * (0.75 + Math.random() / 4);
  }

  /** After a fail-over the old master may live on as a replica, and keep its connections. */
  #isReplicaToLeave({ message }: Error): boolean {
    const nowMs = this.#local.nowMs();
    if (!this.#established || !message.includes('READONLY')) return false;
    if (nowMs - this.#leftReplicaAtMs < leaveReplicaEveryMs) return false;
    this.#leftReplicaAtMs = nowMs;
    return true;
  }

  #ready(): void {
    if (!this.#established || this.#state !== 'lost') return;
    clearTimeout(this.#giveUp);
    this.#connectedSinceMs = this.#local.nowMs();
    this.#turn('up');
  }

  #closed(): void {
    if (!this.#established || this.#closing || this.#state !== 'up') return;
    this.#giveUp = setTimeout(() => {
      this.#turn('gone');
      this.#end();
    }, this.#giveUpMs);
    this.#turn('lost');
  }

  #turn(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #end(): void {
    this.#closing = true;
    this.clock.stop();
    clearTimeout(this.#giveUp);
    for (const client of this.#clients) endClient(client);
    this.#clients.clear();
  }
}

/**
 * ioredis forgets the commands of a client that is told to disconnect between two tries to reconnect: they never settle. Such
 * a client is left to its next try instead, which is its last.
 */
function endClient(client: Redis): void {
  if (client.status === 'end') return;
  if (client.status === 'reconnecting') client.once('connect', () => client.disconnect());
  else client.disconnect();
}
