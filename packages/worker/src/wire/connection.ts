import type { LookupAddress } from 'node:dns';
import { connect as connectTcp } from 'node:net';
import type { LookupFunction, Socket, TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { Clock, ConnectionTimes } from '@tokenstorm/core';
import type { Origin } from './origin.ts';
import { ResponseParser } from './response-parser.ts';
import type { HeadCache, ResponseSink } from './response-parser.ts';

/** One buffer for the reads of all sockets: a read is handled wholly before the next one begins. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** The times of every connection that carried a request before. */
const reusedTimes: ConnectionTimes = Object.freeze({ reused: true });

/** The request that a connection is opened for or carries. */
export interface ConnectionUser extends ResponseSink {
  /** The connection is established and may be used. */
  onConnected(connection: Connection, atMs: number): void;
  /** The response is complete; the connection is back in its pool or closed. */
  onComplete(atMs: number): void;
  /** The bytes are no HTTP response; the connection is closed. */
  onProtocolError(problem: string, atMs: number): void;
  /** The connection was closed by the other side or by an error before the response was complete. */
  onLost(loss: ConnectionLoss, atMs: number): void;
}

export interface ConnectionLoss {
  /** How far it had come; `waiting`: the request was sent and no byte came back. */
  readonly during: 'tcp' | 'tls' | 'waiting' | 'response';
  readonly error: Error | undefined;
}

/** Where connections go that may be used again. */
export interface ConnectionOwner {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly headCache: HeadCache;
  /** A connection begins to be made. */
  add(connection: Connection): void;
  onOpened(): void;
  release(connection: Connection): void;
  /** The connection cannot be used any more; it may have been idle. */
  remove(connection: Connection): void;
  /** Its socket is closed. */
  onClosed(connection: Connection): void;
}

/** One socket that carries one request at a time. */
export class Connection {
  /** Neighbours in the pool's idle list. */
  nextIdle: Connection | undefined;
  previousIdle: Connection | undefined;
  idle = false;
  /** Not to be used again from this time on: the server's own hint. */
  expiresAtMs = Number.POSITIVE_INFINITY;

  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  #user: ConnectionUser | undefined;
  #parser: ResponseParser | undefined;
  #times: ConnectionTimes;
  #during: ConnectionLoss['during'] = 'tcp';
  #error: Error | undefined;
  /** Not to be used any more. */
  #closed = false;
  /** The socket is closed. */
  #gone = false;

  /** Begins to connect. `addresses` in the order in which they are tried; `connectTimeoutMs` is shared out among them. */
  constructor(
    owner: ConnectionOwner,
    user: ConnectionUser,
    addresses: readonly LookupAddress[],
    dnsMs: number | undefined,
    connectTimeoutMs: number,
  ) {
    this.#owner = owner;
    this.#user = user;
    this.#times = dnsMs === undefined ? { reused: false } : { reused: false, dnsMs };
    const options = tcpOptions(owner.origin.port, addresses, connectTimeoutMs);
    const onread = { buffer: readBuffer, callback: (length: number): boolean => this.#read(length) };
    this.#socket = openSocket(owner.origin, { ...options, onread });
    owner.add(this);
    this.#listen(owner.clock.nowMs());
  }

  /** Of the connection as its present request sees it. */
  get times(): ConnectionTimes {
    return this.#times;
  }

  /** Writes a request. The user hears of its response through the callbacks. */
  send(user: ConnectionUser, message: string): void {
    this.#user = user;
    this.#during = 'waiting';
    if (this.#parser === undefined) this.#parser = new ResponseParser(user, this.#owner.headCache);
    else this.#parser.restart(user);
    this.#socket.write(message, 'utf8');
  }

  /** Closes the socket; its user hears nothing any more. */
  destroy(): void {
    this.#user = undefined;
    this.#parser?.stop();
    this.#shut();
  }

  /** As `destroy`; resolves when the socket is closed. */
  close(): Promise<void> {
    this.destroy();
    if (this.#gone) return Promise.resolve();
    return new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  #listen(startMs: number): void {
    const socket = this.#socket;
    socket.once('connect', () => this.#onTcpConnected(startMs));
    socket.on('error', (error: Error) => (this.#error = error));
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onSocketClosed());
  }

  #onTcpConnected(startMs: number): void {
    if (this.#closed) return;
    const nowMs = this.#owner.clock.nowMs();
    this.#times = { ...this.#times, tcpMs: nowMs - startMs };
    if (this.#owner.origin.tls === undefined) return this.#onReady(nowMs);
    this.#during = 'tls';
    this.#socket.once('secureConnect', () => {
      const securedMs = this.#owner.clock.nowMs();
      this.#times = { ...this.#times, tlsMs: securedMs - nowMs };
      if (!this.#closed) this.#onReady(securedMs);
    });
  }

  #onReady(atMs: number): void {
    this.#owner.onOpened();
    this.#user?.onConnected(this, atMs);
  }

  #read(length: number): boolean {
    const atMs = this.#owner.clock.nowMs();
    const user = this.#user;
    // Bytes that nobody asked for, such as a 408 on an idle connection: it cannot be trusted any more.
    if (user === undefined || this.#parser === undefined) this.#lose(atMs);
    else this.#parse(user, this.#parser, length, atMs);
    return true;
  }

  #parse(user: ConnectionUser, parser: ResponseParser, length: number, atMs: number): void {
    this.#during = 'response';
    const position = parser.take(readBuffer, 0, length, atMs);
    if (parser.complete) this.#finish(user, position === length, atMs);
    else if (parser.problem !== undefined) {
      this.destroy();
      user.onProtocolError(parser.problem, atMs);
    }
  }

  #finish(user: ConnectionUser, clean: boolean, atMs: number): void {
    this.#user = undefined;
    const head = this.#parser!.head!;
    if (clean && head.keepAlive && this.#socket.writableLength === 0 && this.#socket.writable) {
      this.#times = reusedTimes;
      this.expiresAtMs = atMs + usableMs(head.keepAliveTimeoutMs);
      this.#owner.release(this);
    } else this.#shut();
    user.onComplete(atMs);
  }

  /** The other side ends the connection in good order. */
  #onEnd(): void {
    const user = this.#user;
    const atMs = this.#owner.clock.nowMs();
    if (user !== undefined && this.#parser?.finish() === true) this.#finish(user, false, atMs);
    else this.#lose(atMs);
  }

  #onSocketClosed(): void {
    this.#lose(this.#owner.clock.nowMs());
    this.#gone = true;
    this.#owner.onClosed(this);
  }

  #lose(atMs: number): void {
    const user = this.#user;
    this.#user = undefined;
    this.#shut();
    user?.onLost({ during: this.#during, error: this.#error }, atMs);
  }

  #shut(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#owner.remove(this);
  }
}

/** A second less than the server says, because its clock starts before ours; the half where that is more. */
function usableMs(timeoutMs: number): number {
  return Math.max(timeoutMs - 1000, timeoutMs / 2);
}

function tcpOptions(
  port: number,
  addresses: readonly LookupAddress[],
  connectTimeoutMs: number,
): TcpNetConnectOpts {
  const base = { port, noDelay: true };
  const [first] = addresses;
  if (addresses.length === 1 && first !== undefined) return { ...base, host: first.address };
  const lookup: LookupFunction = (_host, _options, callback) => callback(null, [...addresses]);
  const autoSelectFamilyAttemptTimeout = Math.max(250, Math.floor(connectTimeoutMs / (addresses.length + 1)));
  return { ...base, host: 'resolved', lookup, autoSelectFamily: true, autoSelectFamilyAttemptTimeout };
}

function openSocket(origin: Origin, options: TcpNetConnectOpts): Socket {
  if (origin.tls === undefined) return connectTcp(options);
  const { context, rejectUnauthorized, servername } = origin.tls;
  const secure: ConnectionOptions & TcpNetConnectOpts = {
    ...options,
    secureContext: context,
    rejectUnauthorized,
    ALPNProtocols: ['http/1.1'],
    // Without a name the certificate is checked against the address.
    ...(servername === undefined ? {} : { servername }),
  };
  return connectTls(secure);
}
