import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { HttpClient, ResponseObserver } from '@tokenstorm/worker';

const readBuffer = Buffer.allocUnsafeSlow(65_536);
const ended = Buffer.from('0\r\n\r\n');

/** The floor: sockets that stamp each read, look for the end of the body in its last bytes, and parse nothing. */
export function rawClient(): HttpClient {
  const idle: RawSocket[] = [];
  let connectionsOpened = 0;
  return {
    path: 'wire',
    get stats() {
      const none = { requests: 0, staleReconnects: 0, redirects: 0, decodedResponses: 0 };
      return { path: 'wire' as const, connectionsOpened, ...none };
    },
    send(request, observer) {
      const text = `POST ${request.url.pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: ${request.body.length}\r\n\r\n${request.body}`;
      const socket = idle.pop() ?? new RawSocket(Number(request.url.port), idle);
      if (socket.observer === undefined) connectionsOpened++;
      socket.observer = observer;
      socket.socket.write(text, 'utf8');
      return { abort() {}, connection: { reused: false }, staleReconnects: 0, redirects: 0 };
    },
    close: () => Promise.resolve(),
  };
}

class RawSocket {
  observer: ResponseObserver | undefined;
  readonly socket: Socket;

  constructor(port: number, idle: RawSocket[]) {
    const callback = (length: number): boolean => {
      const atMs = performance.now();
      const observer = this.observer;
      observer?.onBody(readBuffer, 0, length, atMs);
      const done = readBuffer.compare(ended, 0, ended.length, length - ended.length, length) === 0;
      if (done) {
        idle.push(this);
        observer?.onEnd(atMs);
      }
      return true;
    };
    this.socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: readBuffer, callback },
    });
  }
}
