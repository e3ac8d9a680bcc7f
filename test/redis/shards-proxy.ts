import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/** A way to Redis that a test can disturb. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Nothing gets through any more, in either direction; connections stay open. */
  freeze(): void;
  /** What Redis answers is thrown away; what it is told gets through. */
  dropAnswers(): void;
  /** Ends the connections there are, and lets everything through again. */
  heal(): void;
}

type Mode = 'open' | 'frozen' | 'deaf';

export async function startProxy(url: string): Promise<Proxy> {
  const port = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  let mode: Mode = 'open';
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (mode === 'open' || (mode === 'deaf' && from === client)) to.write(bytes);
      });
      from.once('error', () => {});
      from.once('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    freeze: () => (mode = 'frozen'),
    dropAnswers: () => (mode = 'deaf'),
    heal() {
      mode = 'open';
      end();
    },
    async [Symbol.asyncDispose]() {
      end();
      server.close();
      await once(server, 'close');
    },
  };
}
