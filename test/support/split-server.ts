import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** A server that answers with given bytes in several writes, then closes. */
export interface SplitServer extends AsyncDisposable {
  readonly origin: string;
  /** The URL whose next request is answered with these bytes, a write of its own for each part between the cuts. */
  answerWith(bytes: Buffer, cuts: readonly number[]): URL;
}

interface Answer {
  readonly bytes: Buffer;
  readonly cuts: readonly number[];
}

export async function splitServer(): Promise<SplitServer> {
  const answers = new Map<string, Answer>();
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => {
      const path = request.toString('latin1').split(' ', 2)[1] ?? '';
      const answer = answers.get(path);
      answers.delete(path);
      if (answer === undefined) socket.destroy();
      else void write(socket, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let count = 0;
  return {
    origin,
    answerWith(bytes, cuts) {
      const url = new URL(`/${count++}`, origin);
      answers.set(url.pathname, { bytes, cuts });
      return url;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function write(socket: Socket, { bytes, cuts }: Answer): Promise<void> {
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    if (socket.destroyed) return;
    if (to > from) socket.write(bytes.subarray(from, to));
    from = to;
    await turn();
  }
  socket.end();
}
