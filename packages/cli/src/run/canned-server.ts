import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

const words = [
  'The',
  ' light',
  ' of',
  ' the',
  ' sun',
  ' takes',
  ' eight',
  ' minutes',
  ' to',
  ' reach',
  ' us',
  '.',
];
const frame = (fields: object) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-rehearsal', object: 'chat.completion.chunk', created: 1, model: 'rehearsal', ...fields })}\n\n`;
const delta = (content: object, finishReason: string | null = null) =>
  frame({ choices: [{ index: 0, delta: content, finish_reason: finishReason }] });
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const firstHalf =
  chunk(delta({ role: 'assistant', content: '' })) +
  words.map((content) => chunk(delta({ content }))).join('');
const secondHalf = [
  ...words.map((content) => delta({ content })),
  delta({}, 'stop'),
  frame({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 24, total_tokens: 33 } }),
  'data: [DONE]\n\n',
].map(chunk);

/** A server on the loopback of this process that gives each request the same streamed answer, in two writes. */
export interface CannedServer extends AsyncDisposable {
  readonly baseUrl: string;
}

export async function startCannedServer(): Promise<CannedServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('data', () => answer(socket));
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

function answer(socket: Socket): void {
  socket.write(head + firstHalf);
  setImmediate(() => socket.write(`${secondHalf.join('')}0\r\n\r\n`));
}
