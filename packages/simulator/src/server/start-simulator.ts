import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Pacer } from '../pacing/pacer.ts';
import type { SimulatorOptions } from '../settings/options.ts';
import { parseFaultPlan } from '../settings/parse-behaviour.ts';
import { TruthLog } from '../truth/truth-log.ts';
import { Connection } from './connection.ts';
import type { ConnectionHost } from './connection.ts';
import { ModelCatalogue } from './model-catalogue.ts';
import { Routes } from './routes.ts';
import type { Simulator } from './simulator.ts';

/**
 * Starts a simulated LLM server; resolves when it accepts connections. Rejects with `SettingsError` where the options are
 * wrong and with the system's error where the port cannot be had.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  parseFaultPlan(options.faultPlan ?? {}, 'faultPlan');
  const parts = {
    pacer: new Pacer(options.pacing ?? 'timer'),
    truth: new TruthLog(options.truth ?? {}),
    models: new ModelCatalogue(options),
    options,
  };
  const routes = new Routes(parts);
  const connections = new Set<Connection>();
  const server = listener(options, connections, {
    truth: parts.truth,
    keepAliveTimeoutMs: options.keepAliveTimeoutMs ?? 0,
    serve: (request, connection) => routes.serve(request, connection),
  });
  await listen(server, options);
  const { address: host, port } = addressOf(server);
  let closing: Promise<void> | null = null;
  const close = () => {
    routes.completions.close();
    closing ??= closeAll(server, connections).then(() => parts.truth.close());
    parts.pacer.close();
    return closing;
  };
  return {
    url: `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    host,
    port,
    summary: () => parts.truth.summary(),
    records: () => parts.truth.records(),
    reset: () => parts.truth.reset(),
    freeze: (durationMs) => parts.pacer.freeze(durationMs),
    setModels: (models) => parts.models.set(models),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listener(options: SimulatorOptions, connections: Set<Connection>, host: ConnectionHost): Server {
  const secureContext = options.tls && createSecureContext(options.tls);
  let accepted = 0;
  return createServer({ noDelay: true }, (rawSocket: Socket) => {
    const socket = secureContext ? new TLSSocket(rawSocket, { isServer: true, secureContext }) : rawSocket;
    const connection = new Connection((accepted += 1), socket, rawSocket, host);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
}

async function listen(server: Server, options: SimulatorOptions): Promise<void> {
  server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0, backlog: 4_096 });
  await once(server, 'listening');
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The simulator has no TCP address.');
  return address;
}

async function closeAll(server: Server, connections: ReadonlySet<Connection>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const connection of connections) connection.destroy();
  await closed;
}
