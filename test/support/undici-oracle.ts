import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Client } from 'undici';
import type { Dispatcher } from 'undici';
import { comparableHeaders } from './response-outcome.ts';
import type { ResponseOutcome } from './response-outcome.ts';

/** Undici, asked over real connections what it makes of given bytes. */
export interface UndiciOracle extends AsyncDisposable {
  outcome(bytes: Buffer): Promise<ResponseOutcome>;
}

/** A server that answers each request with the bytes its path names, then closes; and undici as its client. */
export async function undiciOracle(): Promise<UndiciOracle> {
  const answers = new Map<string, Buffer>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => {
      const path = request.toString('latin1').split(' ', 2)[1] ?? '';
      socket.end(answers.get(path) ?? Buffer.alloc(0));
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let asked = 0;
  return {
    async outcome(bytes) {
      const path = `/${asked++}`;
      answers.set(path, bytes);
      const outcome = await ask(origin, path);
      answers.delete(path);
      return outcome;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ask(origin: string, path: string): Promise<ResponseOutcome> {
  const client = new Client(origin, { maxHeaderSize: 65_536, headersTimeout: 10_000, bodyTimeout: 10_000 });
  let statusCode = 0;
  let headers: string[] = [];
  let body = '';
  return new Promise((resolve) => {
    const settle = (end: 'end' | 'failure'): void => {
      void client.destroy();
      resolve({ statusCode, headers, body, end });
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, status, fields) {
        if (status < 200) return;
        statusCode = status;
        headers = comparableHeaders(fields);
      },
      onResponseData(_controller, chunk) {
        body += chunk.toString('latin1');
      },
      onResponseEnd: () => settle('end'),
      onResponseError: () => settle('failure'),
    };
    client.dispatch({ path, method: 'POST', body: 'x' }, handler);
  });
}
