import type { ConnectionTimes, RequestErrorKind, TlsSettings } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';

/** The head of a final response (never of a 1xx). May be shared between responses with the same bytes: read only. */
export interface ResponseHead {
  /** 200..999. */
  readonly statusCode: number;
  /** By lower-case name, without a prototype; the values of a repeated header are joined with `, ` in their order. */
  readonly headers: Readonly<Record<string, string>>;
  /** True where the body came with a content-encoding that was not asked for and is decoded before `onBody`. */
  readonly decoded: boolean;
}

/** Why a request got no complete response. */
export interface WireFailure {
  readonly kind: Extract<
    RequestErrorKind,
    'connect' | 'connect-timeout' | 'tls' | 'reset' | 'protocol' | 'generator'
  >;
  /** One line that holds neither headers nor bodies of the request. */
  readonly message: string;
}

/**
 * What is told of a response, in this order: `onStart` (once more for a stale reconnect and for each redirect), `onHead`,
 * `onBody` any number of times, then exactly one of `onEnd` and `onFailure`, once. Nothing after `abort()`. Only `onStart`
 * (and `mayWrite`) may be called before `send` has returned. Every `atMs` is the clock's time of the socket read that brought the bytes,
 * taken before any of them was parsed: what arrived in one read shares one stamp.
 */
export interface ResponseObserver {
  /**
   * Asked right before the request is written, each time that it is. False: it is not, and gives itself up, as by `abort()`.
   * Always, where it is not asked. May be called before `send` has returned, as `onStart`.
   */
  mayWrite?(): boolean;
  /** The request has its connection and is being written. */
  onStart?(connection: ConnectionTimes, atMs: number): void;
  onHead(head: ResponseHead, atMs: number): void;
  /** Body bytes `buffer[start..end)`, at least one; the buffer is reused: the slice is valid only during the call. */
  onBody(buffer: Buffer, start: number, end: number, atMs: number): void;
  /** The whole body was delivered. The connection is back in its pool already, so the next request may take it. */
  onEnd(atMs: number): void;
  onFailure(failure: WireFailure, atMs: number): void;
}

/** How one request is sent. Give the same object for all requests of a target: its pool is found by identity. */
export interface SendOptions {
  /** For DNS, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  readonly tls: TlsSettings;
}

/** A request on its way. */
export interface WireRequest {
  /** Gives the request up: its connection is closed and its observer is not called any more. Harmless at any time. */
  abort(): void;
  /** Of the connection in use; `{ reused: false }` until there is one, and always where undici makes it. */
  readonly connection: ConnectionTimes;
  /** 0 or 1: sent again because a reused connection turned out to be closed before any response byte. */
  readonly staleReconnects: number;
  /** Redirects followed. */
  readonly redirects: number;
}

/** How requests travel: on our own sockets, or through undici because of a proxy, HTTP/2 or a redirect. */
export type ClientPath = 'wire' | 'undici-proxy' | 'undici-h2' | 'undici-redirect';

/** Totals of one client since it was made. */
export interface ClientStats {
  readonly path: ClientPath;
  readonly requests: number;
  /** Connections that were established, TLS included; those to the proxy where there is one. */
  readonly connectionsOpened: number;
  readonly staleReconnects: number;
  /** Redirects followed: each is one more request, of the client `undici-redirect`. */
  readonly redirects: number;
  /** Responses whose body was decoded. */
  readonly decodedResponses: number;
}

/** Sends requests over HTTP, by callbacks: on sockets of our own (`SocketClient`) or through undici (`UndiciClient`). */
export interface HttpClient {
  /** Never throws and never fails before it returns: what goes wrong reaches the observer. */
  send(request: HttpRequest, observer: ResponseObserver, options: SendOptions): WireRequest;
  readonly path: ClientPath;
  readonly stats: ClientStats;
  /** Aborts what is in flight, closes all connections and resolves when they are closed. */
  close(): Promise<void>;
}
