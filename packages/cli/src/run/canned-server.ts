import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { cannedAnswer } from './canned-answer.ts';

/** A server on the loopback of this process that gives each request of a dialect the same streamed answer, in two writes. */
export interface CannedServer extends AsyncDisposable {
  readonly baseUrl: string;
}

export async function startCannedServer(): Promise<CannedServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    const requests = new RequestReader((path) => answer(socket, path));
    socket.on('data', (bytes) => requests.read(bytes));
    socket.on('error', () => sockets.delete(socket));
    socket.on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Finds the requests of one connection. A head comes in one read, and one request follows another's answer; a prompt may take many reads. */
class RequestReader {
  readonly #onRequest: (path: string) => void;
  #path = '';
  #missingBytes = 0;

  constructor(onRequest: (path: string) => void) {
    this.#onRequest = onRequest;
  }

  read(bytes: Buffer): void {
    if (this.#missingBytes === 0) this.#begin(bytes);
    else this.#missingBytes -= bytes.length;
    if (this.#missingBytes === 0) this.#onRequest(this.#path);
  }

  #begin(bytes: Buffer): void {
    const head = bytes.toString('latin1', 0, bytes.indexOf('\r\n\r\n'));
    const [, bodyBytes = '0'] = /^content-length: *(\d+)/im.exec(head) ?? [];
    this.#path = head.split(' ', 2)[1] ?? '';
    this.#missingBytes = head.length + 4 + Number(bodyBytes) - bytes.length;
  }
}

function answer(socket: Socket, path: string): void {
  const { first, second } = cannedAnswer(path);
  socket.write(first);
  setImmediate(() => socket.write(second));
}
