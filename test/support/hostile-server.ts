import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Attack } from './hostile-answers.ts';
import { cutOff, floods, slow } from './hostile-answers.ts';

const attacks: Readonly<Record<string, Attack>> = { ...cutOff, ...slow, ...floods };

/** A server of raw sockets: the first part of a request's path names what it does with it (see hostile-answers.ts). */
export interface HostileServer extends AsyncDisposable {
  readonly origin: string;
  /** Connections that are open at the moment; of those that nobody reads it cannot be known. */
  readonly open: number;
}

export async function hostileServer(): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const unread = () => [...sockets].filter((socket) => socket.isPaused()).length;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => serve(socket, request.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get open() {
      return sockets.size - unread();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(socket: Socket, request: string): void {
  const [, name = ''] = /^\w+ \/([^/]+)\//.exec(request) ?? [];
  attacks[name]?.answer(socket);
  // What else comes is taken, or the end of the connection would not be seen.
  if (name !== 'never-reads') socket.resume();
}
