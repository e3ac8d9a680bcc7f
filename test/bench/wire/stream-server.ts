import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A server as cheap as Node allows: sockets and ready-made bytes. It answers by the request's path. */
const event = (index: number): string =>
  `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"bench","choices":[{"index":0,"delta":{"content":" token${index % 10}"},"finish_reason":null}]}\n\n`;
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const head =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n' +
  'date: Thu, 01 Jan 2026 00:00:00 GMT\r\nx-request-id: 0123456789abcdef\r\ntransfer-encoding: chunked\r\n\r\n';
const last = `${chunk('data: [DONE]\n\n')}0\r\n\r\n`;

const burst = Buffer.from(
  head + Array.from({ length: 50 }, (_, index) => chunk(event(index))).join('') + last,
);
const headBytes = Buffer.from(head);
const eventBytes = Buffer.from(chunk(event(1)));
const lastBytes = Buffer.from(last);

const firstTokenMs = 200;
const gapMs = 20;
const tokens = 100;

interface Stream {
  readonly socket: Socket;
  sent: number;
}

/** Streams by the millisecond at which they are due. */
const due = new Map<number, Stream[]>();

function schedule(stream: Stream, atMs: number): void {
  const at = Math.round(atMs);
  const bucket = due.get(at);
  if (bucket === undefined) due.set(at, [stream]);
  else bucket.push(stream);
}

let doneUpToMs = Math.floor(performance.now());
setInterval(() => {
  const nowMs = performance.now();
  for (; doneUpToMs <= nowMs; doneUpToMs++) {
    const streams = due.get(doneUpToMs);
    due.delete(doneUpToMs);
    for (const stream of streams ?? []) step(stream, doneUpToMs);
  }
}, 1);

function step(stream: Stream, atMs: number): void {
  if (stream.socket.destroyed) return;
  stream.sent++;
  stream.socket.write(eventBytes);
  if (stream.sent === tokens) stream.socket.write(lastBytes);
  else schedule(stream, atMs + gapMs);
}

function answer(socket: Socket, request: string): void {
  if (request.includes(' /burst ')) {
    socket.write(burst);
    return;
  }
  socket.write(headBytes);
  if (request.includes(' /hold ')) socket.write(eventBytes);
  else schedule({ socket, sent: 0 }, performance.now() + firstTokenMs);
}

function serve(socket: Socket): void {
  socket.setNoDelay();
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => answer(socket, bytes.toString('latin1')));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

const pem = (name: string): Buffer =>
  readFileSync(new URL(`../../../packages/worker/src/wire/__fixtures__/${name}`, import.meta.url));
const secure = createTlsServer({ key: pem('localhost.key.pem'), cert: pem('localhost.cert.pem') }, serve);
process.send?.({ http: await listen(createServer(serve)), https: await listen(secure) });
process.on('disconnect', () => process.exit());
