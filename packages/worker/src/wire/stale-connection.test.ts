import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, systemClock } from './__fixtures__/exchange.ts';
import { rawServer } from './__fixtures__/raw-server.ts';
import { SocketClient } from './socket-client.ts';

const clients: SocketClient[] = [];

function newClient(): SocketClient {
  const client = new SocketClient(systemClock, () => {
    throw new Error('no redirect is expected here');
  });
  clients.push(client);
  return client;
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

const ok = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('an idle connection', () => {
  it('sends a request again when its idle connection was closed: counted, no failure', async () => {
    await using server = await rawServer((socket, { nth }) => {
      // The second request of a connection is not answered: the server had closed the connection already.
      if (nth === 0) socket.write(ok('first'));
      else socket.resetAndDestroy();
    });
    const client = newClient();
    await ask(client, server.origin);
    const told = await ask(client, server.origin);
    expect(told.outcomes).toEqual(['end']);
    expect(told.request.staleReconnects).toBe(1);
    expect(told.starts.map(({ reused }) => reused)).toEqual([true, false]);
    expect(client.stats).toMatchObject({ staleReconnects: 1, connectionsOpened: 2 });
    expect(server.requests).toHaveLength(3);
  });

  it('sends it again after an orderly close too', async () => {
    await using server = await rawServer((socket, { nth }) =>
      nth === 0 ? socket.write(ok('first')) : socket.end(),
    );
    const client = newClient();
    await ask(client, server.origin);
    const told = await ask(client, server.origin);
    expect([told.outcomes, told.request.staleReconnects]).toEqual([['end'], 1]);
  });

  it('sends it again once only', async () => {
    await using server = await rawServer((socket, { index }) =>
      index === 0 ? socket.write(ok('first')) : socket.resetAndDestroy(),
    );
    const client = newClient();
    await ask(client, server.origin);
    const told = await ask(client, server.origin);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'reset' })]);
    expect(told.request.staleReconnects).toBe(1);
    expect(server.requests).toHaveLength(3);
  });

  it('never sends an answered request again: a reset after the first byte of a reused connection fails', async () => {
    await using server = await rawServer((socket, { nth }) => {
      if (nth === 0) socket.write(ok('first'));
      else socket.write('H', () => socket.resetAndDestroy());
    });
    const client = newClient();
    await ask(client, server.origin);
    const told = await ask(client, server.origin);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'reset' })]);
    expect(told.request.staleReconnects).toBe(0);
    expect(server.requests).toHaveLength(2);
  });

  it('calls a close of a fresh connection before a response a reset', async () => {
    await using server = await rawServer((socket) => socket.end());
    const told = await ask(newClient(), server.origin);
    expect(told.outcomes).toEqual([
      { kind: 'reset', message: 'the server closed the connection before a response' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('forgets idle connections that the server closes', async () => {
    await using server = await rawServer((socket) => socket.write(ok('x')));
    const client = newClient();
    await Promise.all([ask(client, server.origin), ask(client, server.origin)]);
    for (const socket of server.connections) socket.end();
    while (client.openConnections > 0) await delay(5);
    const told = await ask(client, server.origin);
    expect([told.outcomes, told.starts[0]?.reused, client.stats.staleReconnects]).toEqual([
      ['end'],
      false,
      0,
    ]);
  });

  it('drops an idle connection on which bytes arrive that nobody asked for', async () => {
    await using server = await rawServer((socket) => socket.write(ok('x')));
    const client = newClient();
    await ask(client, server.origin);
    server.connections[0]!.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n');
    while (client.openConnections > 0) await delay(5);
    expect((await ask(client, server.origin)).heads[0]!.statusCode).toBe(200);
    expect(client.stats.staleReconnects).toBe(0);
  });
});
