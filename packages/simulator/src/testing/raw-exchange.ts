import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readResponse } from './chat-stream.ts';
import { testCertificate } from './certificate.ts';

/** What came back over a socket, and how it ended. */
export interface RawExchange {
  readonly text: string;
  readonly bytes: Buffer;
  /** Bytes of each read, in order. */
  readonly reads: readonly Buffer[];
  /** `fin`: the server ended it; `reset`: ECONNRESET; `open`: it was open still when we left. */
  readonly ended: 'fin' | 'reset' | 'open';
}

/** When to leave: 100 ms after `isOver` became true, or after `quietMs` without a byte. */
export interface Patience {
  readonly isOver?: (bytes: Buffer) => boolean;
  readonly quietMs?: number;
}

/** A socket to this address, encrypted for https. */
export function socketTo(url: string): Socket {
  const { hostname, port, protocol } = new URL(url);
  const place = { host: hostname, port: Number(port) };
  const socket = protocol === 'https:' ? connectTls({ ...place, ca: testCertificate.cert }) : connect(place);
  return socket.setNoDelay(true);
}

/** Sends these bytes over a fresh connection and gathers what comes back, by default until one response is whole. */
export async function exchange(
  url: string,
  sent: string | Buffer,
  patience: Patience = {},
): Promise<RawExchange> {
  const socket = socketTo(url);
  socket.write(sent);
  const result = await gather(socket, patience);
  socket.destroy();
  return result;
}

/** Everything that comes until the end, an error, or the end of our patience. */
export async function gather(socket: Socket, patience: Patience = {}): Promise<RawExchange> {
  const { isOver = isWholeResponse, quietMs = 5_000 } = patience;
  const reads: Buffer[] = [];
  let leaves = false;
  const ended = await new Promise<RawExchange['ended']>((resolve) => {
    let timer = setTimeout(resolve, quietMs, 'open');
    socket.on('data', (bytes: Buffer) => {
      reads.push(bytes);
      if (leaves) return;
      leaves = isOver(Buffer.concat(reads));
      clearTimeout(timer);
      timer = setTimeout(resolve, leaves ? 100 : quietMs, 'open');
    });
    socket.on('end', () => resolve('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNRESET' ? 'reset' : 'open'),
    );
    socket.on('close', () => clearTimeout(timer));
  });
  const bytes = Buffer.concat(reads);
  return { bytes, reads, ended, text: bytes.toString('utf8') };
}

function isWholeResponse(bytes: Buffer): boolean {
  return bytes.includes('\r\n\r\n') && readResponse(bytes).isWhole;
}

/** A chat request as it goes over the wire. */
export function chatRequest(
  model: string,
  body: Readonly<Record<string, unknown>> = {},
  headers: readonly string[] = [],
): string {
  const messages = [{ role: 'user', content: 'Hello there' }];
  return postRequest(
    '/v1/chat/completions',
    JSON.stringify({ model, messages, stream: true, ...body }),
    headers,
  );
}

export function postRequest(path: string, json: string, headers: readonly string[] = []): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    `content-length: ${Buffer.byteLength(json)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${json}`;
}
