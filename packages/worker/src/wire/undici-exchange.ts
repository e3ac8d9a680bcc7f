import type { IncomingHttpHeaders } from 'node:http';
import type { Clock, ConnectionTimes } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';
import type { Dispatcher } from 'undici';
import { refusedHost } from '../permissions/egress-policy.ts';
import type { EgressPolicy } from '../permissions/egress-policy.ts';
import { portOf } from '../permissions/host-pattern.ts';
import { BodyDecoder } from './body-decoder.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import { isRedirect, maximumRedirects, redirectedRequest } from './redirect.ts';
import { ownRequestHeaders } from './request-message.ts';
import { undiciFailure } from './undici-failure.ts';
import type { ResponseHead, ResponseObserver, WireFailure, WireRequest } from './wire-client.ts';

/** What an exchange asks of the client it belongs to. */
export interface UndiciHost {
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
  readonly deadlines: Deadlines;
  readonly connectTimeoutMs: number;
  /** Where requests may go, redirected ones too. */
  readonly egress: EgressPolicy;
  onRedirect(): void;
  onDecoding(): void;
  onFinished(exchange: UndiciExchange): void;
}

/** Undici tells nothing of the connection that carries a request. */
const unknownConnection: ConnectionTimes = Object.freeze({ reused: false });

/** One request through undici's dispatch, redirects included. Undici sends no request twice. */
export class UndiciExchange implements WireRequest, Dispatcher.DispatchHandler, Deadline {
  /** Of the connection: undici's own timeout comes up to a second late, and does not cover a proxy's CONNECT. */
  deadlineMs = Number.POSITIVE_INFINITY;
  readonly connection = unknownConnection;
  readonly staleReconnects = 0;
  redirects = 0;
  readonly #host: UndiciHost;
  #request: HttpRequest;
  #target: ResponseObserver;
  #controller: Dispatcher.DispatchController | undefined;
  #decoder: BodyDecoder | undefined;
  /** Where the response at hand redirects to. */
  #next: HttpRequest | undefined;
  #done = false;

  constructor(host: UndiciHost, request: HttpRequest, observer: ResponseObserver) {
    this.#host = host;
    this.#request = request;
    this.#target = observer;
  }

  start(): void {
    const { method, url, body } = this.#request;
    const { clock, deadlines, connectTimeoutMs, egress } = this.#host;
    const port = portOf(url);
    if (!egress.mayBeHost(url.hostname, port)) {
      const message = refusedHost(url.hostname, port);
      setImmediate(() => this.#fail({ kind: 'connect', message }));
      return;
    }
    this.deadlineMs = clock.nowMs() + connectTimeoutMs;
    deadlines.watch(this);
    try {
      const headers = { ...ownRequestHeaders(this.#request), 'accept-encoding': 'identity' };
      this.#host.dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers,
          body: method === 'GET' && body === '' ? null : body,
        },
        this,
      );
    } catch (error) {
      const message = error instanceof Error ? error.message.slice(0, 200) : 'the request cannot be sent';
      setImmediate(() => this.#fail({ kind: 'generator', message }));
    }
  }

  abort(): void {
    this.#decoder?.cancel();
    if (!this.#done) this.#giveUp();
  }

  onExpire(): void {
    this.#fail({
      kind: 'connect-timeout',
      message: `no connection within ${this.#host.connectTimeoutMs} ms`,
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#host.deadlines.unwatch(this);
    this.#controller = controller;
    if (this.#done) controller.abort(new Error('given up'));
    else if (this.#target.mayWrite?.() === false) this.#giveUp();
    else this.#target.onStart?.(this.connection, this.#host.clock.nowMs());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    const atMs = this.#host.clock.nowMs();
    if (this.#done || statusCode < 200) return;
    const head = headOf(statusCode, headers);
    if (isRedirect(statusCode)) {
      this.#next = redirectedRequest(this.#request, statusCode, head.headers['location']);
      if (this.#next !== undefined) return;
    }
    if (head.decoded && !this.#decode(head.headers['content-encoding'] ?? '')) return;
    this.#target.onHead(head, atMs);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const atMs = this.#host.clock.nowMs();
    if (this.#done || this.#next !== undefined || chunk.length === 0) return;
    this.#target.onBody(chunk, 0, chunk.length, atMs);
  }

  onResponseEnd(): void {
    const atMs = this.#host.clock.nowMs();
    if (this.#done) return;
    if (this.#next !== undefined) return this.#follow(this.#next);
    this.#finish();
    this.#target.onEnd(atMs);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(undiciFailure(error));
  }

  #follow(next: HttpRequest): void {
    this.#next = undefined;
    if (this.redirects === maximumRedirects) {
      return this.#fail({ kind: 'protocol', message: `more than ${maximumRedirects} redirects` });
    }
    this.redirects++;
    this.#host.onRedirect();
    this.#request = next;
    this.start();
  }

  #decode(coding: string): boolean {
    const decoder = BodyDecoder.for(coding.toLowerCase(), this.#target, () => this.#giveUp());
    if (decoder === undefined) {
      const message = `the content-encoding ${coding.slice(0, 40)} is not known`;
      this.#giveUp();
      setImmediate(() => this.#target.onFailure({ kind: 'protocol', message }, this.#host.clock.nowMs()));
      return false;
    }
    this.#host.onDecoding();
    this.#decoder = decoder;
    this.#target = decoder;
    return true;
  }

  #giveUp(): void {
    if (this.#done) return;
    this.#finish();
    this.#controller?.abort(new Error('given up'));
  }

  #fail(failure: WireFailure): void {
    if (this.#done) return;
    this.#finish();
    this.#target.onFailure(failure, this.#host.clock.nowMs());
  }

  #finish(): void {
    this.#done = true;
    this.#host.deadlines.unwatch(this);
    this.#host.onFinished(this);
  }
}

function headOf(statusCode: number, from: IncomingHttpHeaders): ResponseHead {
  const headers = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const coding = (headers['content-encoding'] ?? '').toLowerCase();
  const empty = statusCode === 204 || statusCode === 304;
  return { statusCode, headers, decoded: coding !== '' && coding !== 'identity' && !empty };
}
