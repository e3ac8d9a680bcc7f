import type { LookupAddress } from 'node:dns';
import type { ConnectionTimes } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';
import { refusedHost } from '../permissions/egress-policy.ts';
import { BodyDecoder } from './body-decoder.ts';
import { Connection } from './connection.ts';
import type { ConnectionLoss, ConnectionUser } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Deadline } from './deadlines.ts';
import { errorText, lossFailure } from './failure.ts';
import type { ParsedHead } from './response-head.ts';
import { isRedirect } from './redirect.ts';
import type { ResponseObserver, SendOptions, WireFailure, WireRequest } from './wire-client.ts';

/** What an exchange asks of the client it belongs to. */
export interface ExchangeHost {
  onStale(): void;
  onDecoding(): void;
  /** Follows a redirect for the observer, where the head is one that can be followed. */
  follow(head: ParsedHead, exchange: Exchange): WireRequest | undefined;
  onFinished(exchange: Exchange): void;
}

const noConnection: ConnectionTimes = Object.freeze({ reused: false });

/** The rest of a redirect is taken up to here: its connection can be used again then. */
const shortBodyBytes = 65_536;

/** Takes what is left of a response that was a redirect. */
const nobody: ResponseObserver = { onHead() {}, onBody() {}, onEnd() {}, onFailure() {} };

/** One request and its response, over an idle connection or a fresh one, or, where the idle one was stale, over both. */
export class Exchange implements WireRequest, ConnectionUser, Deadline {
  deadlineMs = Number.POSITIVE_INFINITY;
  staleReconnects = 0;
  readonly request: HttpRequest;
  readonly observer: ResponseObserver;
  readonly options: SendOptions;
  readonly #host: ExchangeHost;
  readonly #pool: ConnectionPool;
  /** Kept until the first byte of the response, should the request have to be sent again. */
  #message: string;
  #connection: Connection | undefined;
  #times: ConnectionTimes = noConnection;
  #target: ResponseObserver;
  #decoder: BodyDecoder | undefined;
  #followed: WireRequest | undefined;
  #done = false;

  constructor(
    host: ExchangeHost,
    pool: ConnectionPool,
    message: string,
    request: HttpRequest,
    observer: ResponseObserver,
    options: SendOptions,
  ) {
    this.#host = host;
    this.#pool = pool;
    this.#message = message;
    this.request = request;
    this.observer = observer;
    this.options = options;
    this.#target = observer;
  }

  get connection(): ConnectionTimes {
    return this.#followed?.connection ?? this.#times;
  }

  get redirects(): number {
    return this.#followed === undefined ? 0 : 1 + this.#followed.redirects;
  }

  start(): void {
    const nowMs = this.#pool.clock.nowMs();
    const connection = this.#pool.take(nowMs);
    if (connection === undefined) this.#open();
    else this.onConnected(connection, nowMs);
  }

  abort(): void {
    this.#decoder?.cancel();
    this.#followed?.abort();
    if (this.#done) return;
    this.#finish();
    this.#connection?.destroy();
  }

  onConnected(connection: Connection, atMs: number): void {
    this.#pool.context.deadlines.unwatch(this);
    if (this.#target.mayWrite?.() === false) return this.#giveUp(connection);
    this.#connection = connection;
    this.#times = connection.times;
    connection.send(this, this.#message);
    this.#target.onStart?.(this.#times, atMs);
  }

  onHead(head: ParsedHead, atMs: number): void {
    this.#message = '';
    if (isRedirect(head.statusCode)) {
      this.#followed = this.#host.follow(head, this);
      if (this.#followed !== undefined) return this.#leave(head, atMs);
    } else if (head.decoded && !this.#decode(head.contentEncoding, atMs)) return;
    this.#target.onHead(head, atMs);
  }

  onBody(buffer: Buffer, start: number, end: number, atMs: number): void {
    this.#target.onBody(buffer, start, end, atMs);
  }

  onComplete(atMs: number): void {
    if (this.#done) return;
    this.#finish();
    this.#target.onEnd(atMs);
  }

  onProtocolError(problem: string, atMs: number): void {
    this.#fail({ kind: 'protocol', message: problem }, atMs);
  }

  onLost(loss: ConnectionLoss, atMs: number): void {
    if (this.#done) return;
    if (loss.during === 'waiting' && this.#times.reused && this.staleReconnects === 0) {
      this.staleReconnects = 1;
      this.#host.onStale();
      this.#open();
    } else this.#fail(lossFailure(loss), atMs);
  }

  onExpire(atMs: number): void {
    this.#connection?.destroy();
    const message = `no connection within ${this.options.connectTimeoutMs} ms`;
    this.#fail({ kind: 'connect-timeout', message }, atMs);
  }

  #open(): void {
    const { context } = this.#pool;
    this.deadlineMs = context.clock.nowMs() + this.options.connectTimeoutMs;
    context.deadlines.watch(this);
    context.resolver.resolve(this.#pool.origin.host, (error, addresses, dnsMs) => {
      if (this.#done) return;
      if (error === undefined) this.#connect(addresses, dnsMs);
      else {
        const message = `the host name could not be resolved: ${errorText(error)}`;
        this.#fail({ kind: 'connect', message }, context.clock.nowMs());
      }
    });
  }

  /** Looked at for each connection: a name may stand for another address each time. */
  #connect(addresses: readonly LookupAddress[], dnsMs: number | undefined): void {
    const { origin, context } = this.#pool;
    const allowed = context.egress.allowed(origin.host, addresses, origin.port);
    if (allowed.length > 0) {
      this.#connection = new Connection(this.#pool, this, allowed, dnsMs, this.options.connectTimeoutMs);
      return;
    }
    const message = refusedHost(origin.host, origin.port);
    // An address that is written out is known before `send` has returned.
    setImmediate(() => this.#fail({ kind: 'connect', message }, context.clock.nowMs()));
  }

  #decode(coding: string, atMs: number): boolean {
    const decoder = BodyDecoder.for(coding, this.observer, () => this.#onUndecodable());
    if (decoder === undefined) {
      this.#connection?.destroy();
      this.#fail(
        { kind: 'protocol', message: `the content-encoding ${coding.slice(0, 40)} is not known` },
        atMs,
      );
      return false;
    }
    this.#host.onDecoding();
    this.#decoder = decoder;
    this.#target = decoder;
    return true;
  }

  /** The decoder has told the observer already. */
  #onUndecodable(): void {
    if (this.#done) return;
    this.#finish();
    this.#connection?.destroy();
  }

  /** The redirect was all that there was to hear. Its body need not end: only a short one is waited for, and not for long. */
  #leave({ framing, contentLength }: ParsedHead, atMs: number): void {
    this.#target = nobody;
    if (framing === 'none' || (framing === 'length' && contentLength <= shortBodyBytes)) {
      this.deadlineMs = atMs + this.options.connectTimeoutMs;
      this.#pool.context.deadlines.watch(this);
    } else {
      this.#finish();
      this.#connection?.destroy();
    }
  }

  #giveUp(connection: Connection): void {
    this.#finish();
    connection.destroy();
  }

  #fail(failure: WireFailure, atMs: number): void {
    if (this.#done) return;
    this.#finish();
    this.#target.onFailure(failure, atMs);
  }

  #finish(): void {
    this.#done = true;
    this.#message = '';
    this.#pool.context.deadlines.unwatch(this);
    this.#host.onFinished(this);
  }
}
