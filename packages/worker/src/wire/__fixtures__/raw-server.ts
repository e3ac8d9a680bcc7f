import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A request as its bytes came; `index` counts from 0 over the server's life, `nth` over its connection's. */
export interface RawRequest {
  readonly text: string;
  readonly index: number;
  readonly nth: number;
}

export interface RawServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** All connections so far, closed ones too. */
  readonly connections: readonly Socket[];
  readonly requests: readonly string[];
}

export interface RawServerOptions {
  readonly tls?: boolean;
  readonly host?: string;
  readonly onConnection?: (socket: Socket) => void;
}

const fixture = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
/** For `localhost` and 127.0.0.1, its own authority. */
export const certificate = fixture('localhost.cert.pem');
const privateKey = fixture('localhost.key.pem');

/** A server that knows where requests end and nothing else of HTTP: what it answers is up to the test, byte by byte. */
export async function rawServer(
  answer: (socket: Socket, request: RawRequest) => void,
  options: RawServerOptions = {},
): Promise<RawServer> {
  const connections: Socket[] = [];
  const requests: string[] = [];
  const serve = (socket: Socket): void => {
    connections.push(socket);
    options.onConnection?.(socket);
    let pending = '';
    let nth = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      pending += bytes.toString('latin1');
      for (let length = requestLength(pending); length > 0; length = requestLength(pending)) {
        const text = pending.slice(0, length);
        pending = pending.slice(length);
        requests.push(text);
        answer(socket, { text, index: requests.length - 1, nth: nth++ });
      }
    });
  };
  const server =
    options.tls === true
      ? createTlsServer({ key: privateKey, cert: certificate }, serve)
      : createServer(serve);
  // Those of a handshake that failed have to be closed too.
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.on('tlsClientError', () => undefined);
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve) => server.listen({ port: 0, host, backlog: 2048 }, resolve));
  const { port } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    origin: `${options.tls === true ? 'https' : 'http'}://${shown}:${port}`,
    port,
    connections,
    requests,
    [Symbol.asyncDispose]: () => closeServer(server, sockets),
  };
}

async function closeServer(server: Server, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** 0 while the request is not complete. */
function requestLength(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const match = /^content-length: (\d+)$/im.exec(text.slice(0, end));
  const length = end + 4 + Number(match?.[1] ?? 0);
  return text.length >= length ? length : 0;
}
