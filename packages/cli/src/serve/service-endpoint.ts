import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { TokenstormError } from '@tokenstorm/core';

/** How a service is: `reason` is absent where it does what it is there for. */
export interface ServiceHealth {
  readonly reason?: string;
  /** Said beside it; JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ServiceEndpointOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly health: () => ServiceHealth;
  /** In the text format of Prometheus. */
  readonly metrics: () => Promise<string>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const prometheusText = 'text/plain; version=0.0.4; charset=utf-8';
const plainText = 'text/plain; charset=utf-8';

/** Serves `/healthz` (200, or 503 with the reason) and `/metrics` on all addresses of this machine, until it is disposed. */
export class ServiceEndpoint implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Rejects with `E_USAGE` where the port cannot be had. */
  static async start(options: ServiceEndpointOptions): Promise<ServiceEndpoint> {
    const server = createServer((request, response) => void respond(request, response, options));
    try {
      await once(server.listen(options.port), 'listening');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TokenstormError('E_USAGE', `--port ${options.port}: ${reason}`, { cause });
    }
    // What it answers is never worth keeping a process alive for.
    server.unref();
    return new ServiceEndpoint(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServiceEndpointOptions,
): Promise<void> {
  const { status, type, body } = await answerTo(request, options).catch((): Answer => ({
    status: 500,
    type: plainText,
    body: 'internal error\n',
  }));
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo(
  { method = '', url = '' }: IncomingMessage,
  options: ServiceEndpointOptions,
): Promise<Answer> {
  const path = url.replace(/\?.*$/s, '');
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: plainText, body: 'GET only\n' };
  if (path === '/healthz') return healthAnswer(options.health());
  if (path === '/metrics') return { status: 200, type: prometheusText, body: await options.metrics() };
  return { status: 404, type: plainText, body: '/healthz or /metrics\n' };
}

function healthAnswer({ reason, details }: ServiceHealth): Answer {
  const said = {
    status: reason === undefined ? 'ok' : 'unavailable',
    ...(reason !== undefined && { reason }),
    ...details,
  };
  return {
    status: reason === undefined ? 200 : 503,
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify(said)}\n`,
  };
}
