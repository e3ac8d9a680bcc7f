import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, plain, post, systemClock } from './__fixtures__/exchange.ts';
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

describe('a failure', () => {
  it.each([
    ['content-length', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello'],
    ['chunked', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\nhello'],
    ['chunked, between chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['head', 'HTTP/1.1 200 OK\r\ncontent-le'],
  ])('calls a close inside a %s a reset', async (_name, response) => {
    await using server = await rawServer((socket) => socket.end(response));
    const told = await ask(newClient(), server.origin);
    expect(told.outcomes).toEqual([
      { kind: 'reset', message: 'the server closed the connection inside the response' },
    ]);
  });

  it('calls a reset inside a body that ends with the connection a reset', async () => {
    await using server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nhel');
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    const told = await ask(newClient(), server.origin);
    expect([told.body, told.outcomes]).toEqual(['hel', [expect.objectContaining({ kind: 'reset' })]]);
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['a bad chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
    ['an endless header', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`],
  ])('fails at once on %s, though the server stays connected', async (_name, response) => {
    await using server = await rawServer((socket) => socket.write(response));
    const client = newClient();
    const told = await ask(client, server.origin);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'protocol' })]);
    while (client.openConnections > 0) await delay(5);
  });

  it('calls a refused connection connect', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const told = await ask(newClient(), `http://127.0.0.1:${port}`);
    expect(told.outcomes).toEqual([{ kind: 'connect', message: `connect ECONNREFUSED 127.0.0.1:${port}` }]);
    expect([told.starts, told.heads]).toEqual([[], []]);
  });

  it('calls an unknown host name connect', async () => {
    const told = await ask(newClient(), 'http://no-such-host.invalid');
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'connect' })]);
  });

  it('gives up a connection that is not made in time', async () => {
    // TLS is spoken to a server that never answers, so that the TCP connection is made and the handshake is not.
    await using server = await rawServer(() => undefined);
    const url = server.origin.replace('http:', 'https:');
    const client = newClient();
    const told = await ask(client, url, { connectTimeoutMs: 60, tls: { insecure: false } });
    expect(told.outcomes).toEqual([{ kind: 'connect-timeout', message: 'no connection within 60 ms' }]);
    while (client.openConnections > 0) await delay(5);
  });

  it('refuses a request that it cannot write, after send has returned', async () => {
    const client = newClient();
    for (const headers of [{ 'x-y': 'a\r\nb: c' }, { 'x y': 'a' }]) {
      const told = await ask(client, post('http://127.0.0.1:9', { headers }));
      expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'generator' })]);
      expect(JSON.stringify(told.outcomes)).not.toContain('b: c');
    }
    const told = await ask(client, post('ftp://127.0.0.1'));
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'generator' })]);
    expect(client.stats.requests).toBe(0);
  });
});

describe('abort', () => {
  it.each([
    ['while it connects', () => undefined, ''],
    ['before a response', () => undefined, 'sent'],
    [
      'inside a body',
      (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'),
      'body',
    ],
  ])('closes the connection and tells nothing more: %s', async (_name, answer, when) => {
    await using server = await rawServer(answer);
    const client = newClient();
    let told = 0;
    const count = (): void => void told++;
    const onBody = (): void => {
      if (when === 'body') request.abort();
    };
    const request = client.send(
      post(server.origin),
      { onHead() {}, onBody, onEnd: count, onFailure: count },
      plain,
    );
    if (when === 'sent') while (server.requests.length === 0) await delay(2);
    if (when !== 'body') request.abort();
    while (client.openConnections > 0) await delay(5);
    request.abort();
    await delay(20);
    expect(told).toBe(0);
  });

  it('in the first of two pieces of one read keeps the second back', async () => {
    const response = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n';
    await using server = await rawServer((socket) => socket.write(response));
    const client = newClient();
    const pieces: string[] = [];
    const onBody = (buffer: Buffer, start: number, end: number): void => {
      pieces.push(buffer.toString('latin1', start, end));
      request.abort();
    };
    const onEnd = (): void => void pieces.push('end');
    const request = client.send(post(server.origin), { onHead() {}, onBody, onEnd, onFailure: onEnd }, plain);
    while (pieces.length === 0 || client.openConnections > 0) await delay(5);
    expect(pieces).toEqual(['a']);
  });

  it('after the end leaves the connection, and the request that has it now, alone', async () => {
    await using server = await rawServer((socket) => socket.write(ok('x')));
    const client = newClient();
    const first = await ask(client, server.origin);
    const second = ask(client, server.origin);
    first.request.abort();
    expect((await second).outcomes).toEqual(['end']);
    expect(server.connections).toHaveLength(1);
  });

  it('close aborts all that is in flight and closes all sockets', async () => {
    await using server = await rawServer((socket, { index }) => index < 3 && socket.write(ok('x')));
    const client = newClient();
    await Promise.all([ask(client, server.origin), ask(client, server.origin), ask(client, server.origin)]);
    let told = 0;
    const count = (): void => void told++;
    client.send(post(server.origin), { onHead: count, onBody: count, onEnd: count, onFailure: count }, plain);
    while (server.requests.length < 4) await delay(2);
    await client.close();
    expect([client.openConnections, told]).toEqual([0, 0]);
  });
});
