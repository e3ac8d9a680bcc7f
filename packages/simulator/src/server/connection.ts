import type { Socket } from 'node:net';
import { monotonicMs } from '../pacing/monotonic-clock.ts';
import type { TruthLog } from '../truth/truth-log.ts';
import { HttpSyntaxError } from '../wire/http-request.ts';
import type { HttpRequest } from '../wire/http-request.ts';
import { RequestParser } from '../wire/request-parser.ts';
import { wholeResponse } from '../wire/response-head.ts';

/** What a connection is served by. */
export interface ConnectionHost {
  readonly truth: TruthLog;
  readonly keepAliveTimeoutMs: number;
  /** Answers by `write` and then `finish`, once. */
  serve(request: HttpRequest, connection: Connection): void;
}

const maxPendingBytes = 1024 * 1024;

/** One client connection: requests in, one after the other, bytes out. */
export class Connection {
  readonly number: number;
  /** Called when the client goes away during an answer. */
  onAbort: (() => void) | null = null;
  /** The socket read that brought the last bytes. */
  lastReadAtMs = 0;
  /** Requests so far. */
  requests = 0;
  readonly #socket: Socket;
  readonly #rawSocket: Socket;
  readonly #host: ConnectionHost;
  readonly #parser = new RequestParser();
  #isBusy = false;
  #isClosed = false;
  #isAdvancing = false;
  #idleTimer: NodeJS.Timeout | null = null;

  /** `rawSocket` is the TCP socket below TLS, or the same one. */
  constructor(number: number, socket: Socket, rawSocket: Socket, host: ConnectionHost) {
    this.number = number;
    this.#socket = socket;
    this.#rawSocket = rawSocket;
    this.#host = host;
    host.truth.addConnection();
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('end', () => this.#abort());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
  }

  /** Writes now; a connection that is gone swallows it. */
  write(data: string | Uint8Array, byteLength: number): void {
    if (this.#socket.destroyed) return;
    this.#host.truth.addBytes(0, byteLength);
    this.#socket.write(data);
  }

  /** The answer is over: the next request, FIN, or RST. */
  finish(ending: 'keep' | 'close' | 'reset'): void {
    this.onAbort = null;
    this.#isBusy = false;
    if (ending === 'reset') this.#rawSocket.resetAndDestroy();
    if (ending === 'close') this.#end();
    if (ending === 'keep') this.#next();
  }

  /** Closes at once, from the server's side. */
  destroy(): void {
    this.#abort();
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    this.lastReadAtMs = monotonicMs();
    this.#host.truth.addBytes(bytes.length, 0);
    if (this.#isClosed) return;
    this.#parser.push(bytes);
    if (this.#isBusy) {
      if (this.#parser.pendingBytes > maxPendingBytes) this.#socket.pause();
      return;
    }
    this.#next();
  }

  /** Serves what was received; pipelined requests that are answered at once take turns here, not on the stack. */
  #next(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (!this.#isBusy && !this.#isClosed) {
      this.#stopIdleTimer();
      const request = this.#parse();
      if (request === null) break;
      this.#isBusy = true;
      this.requests += 1;
      this.#host.serve(request, this);
    }
    this.#isAdvancing = false;
  }

  #parse(): HttpRequest | null {
    try {
      const request = this.#parser.next();
      if (this.#socket.isPaused()) this.#socket.resume();
      if (request === null) this.#await();
      return request;
    } catch (error) {
      this.#refuse(error);
      return null;
    }
  }

  #await(): void {
    if (this.#parser.takeContinue()) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    const idleMs = this.#host.keepAliveTimeoutMs;
    if (idleMs === 0 || this.requests === 0 || this.#parser.pendingBytes > 0) return;
    this.#idleTimer = setTimeout(() => this.destroy(), idleMs);
  }

  #refuse(error: unknown): void {
    if (!(error instanceof HttpSyntaxError)) throw error;
    this.#socket.write(wholeResponse(error.statusCode, error.message, ['connection: close'], 'text/plain'));
    this.#end();
  }

  #end(): void {
    this.#isClosed = true;
    this.#socket.end();
  }

  #stopIdleTimer(): void {
    if (this.#idleTimer) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
  }

  #abort(): void {
    this.#isClosed = true;
    const { onAbort } = this;
    this.onAbort = null;
    onAbort?.();
  }

  #closed(): void {
    this.#stopIdleTimer();
    this.#abort();
    this.#host.truth.removeConnection();
  }
}
