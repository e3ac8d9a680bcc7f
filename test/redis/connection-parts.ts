import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { redisTransport } from '@tokenstorm/transport';
import type { RedisTransport } from '@tokenstorm/transport';
import type { Redis } from 'ioredis';
import { startRedis } from '../support/services.ts';

/** A password with all that must be spelled differently in a URL. */
export const secret = 'p@ss/w:rd#?%';
export const inUrl = encodeURIComponent(secret);

export const open = (url: string, given: object = {}): Promise<RedisTransport> =>
  redisTransport({ url, role: 'aggregator', memberId: 'a1', ...given });

/** A server that does this with each connection, and its port. */
export async function listening(
  onConnection: (socket: Socket) => void,
): Promise<Server & AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(server, {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
}

/** A Redis that speaks TLS only. */
export function startTls({ cert, key }: { cert: string; key: string }, config: readonly string[] = []) {
  const files = [
    '--tls-cert-file',
    'cert.pem',
    '--tls-key-file',
    'key.pem',
    '--tls-ca-cert-file',
    'cert.pem',
  ];
  return startRedis({
    tls: true,
    files: { 'cert.pem': cert, 'key.pem': key },
    config: ['--save', '', ...files, '--tls-auth-clients', 'no', ...config],
  });
}

export function asDisposable(redis: Redis): AsyncDisposable & { readonly redis: Redis } {
  redis.on('error', () => {});
  return { redis, [Symbol.asyncDispose]: async () => redis.disconnect() };
}
