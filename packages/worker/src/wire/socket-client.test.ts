import type { Socket } from 'node:net';
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

describe('SocketClient', () => {
  it('writes a request as HTTP/1.1 asks for it', async () => {
    await using server = await rawServer((socket) => socket.write(ok('hello')));
    const url = `${server.origin}/v1/chat/completions?api-version=2`;
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x', host: 'ignored' };
    const told = await ask(newClient(), post(url, { headers, body: '{"q":"Grüße 👋"}' }));
    expect(told.outcomes).toEqual(['end']);
    expect(Buffer.from(server.requests[0]!, 'latin1').toString('utf8')).toBe(
      'POST /v1/chat/completions?api-version=2 HTTP/1.1\r\n' +
        `host: 127.0.0.1:${server.port}\r\nconnection: keep-alive\r\naccept-encoding: identity\r\n` +
        'content-type: application/json\r\nauthorization: Bearer x\r\ncontent-length: 20\r\n\r\n{"q":"Grüße 👋"}',
    );
  });

  it('tells of start, head, body and end, each once', async () => {
    await using server = await rawServer((socket) => socket.write(ok('hello')));
    const told = await ask(newClient(), server.origin);
    expect(told.starts).toHaveLength(1);
    expect(told.starts[0]).toMatchObject({ reused: false, tcpMs: expect.any(Number) as number });
    expect(told.heads).toEqual([expect.objectContaining({ statusCode: 200, decoded: false })]);
    expect(told.heads[0]!.headers['content-length']).toBe('5');
    expect(told.body).toBe('hello');
    expect(told.outcomes).toEqual(['end']);
  });

  it('reuses its connection, the one used last first', async () => {
    await using server = await rawServer((socket, { nth }) => socket.write(ok(`${nth}`)));
    const client = newClient();
    await Promise.all([ask(client, server.origin), ask(client, server.origin), ask(client, server.origin)]);
    expect(server.connections).toHaveLength(3);
    const bodies = [];
    for (let index = 0; index < 4; index++) {
      const told = await ask(client, server.origin);
      expect(told.starts).toEqual([{ reused: true }]);
      bodies.push(told.body);
    }
    expect(bodies).toEqual(['1', '2', '3', '4']);
    expect(client.stats).toMatchObject({ connectionsOpened: 3, staleReconnects: 0, requests: 7 });
  });

  it('gives a connection back before it tells of the end', async () => {
    await using server = await rawServer((socket) => socket.write(ok('x')));
    const client = newClient();
    await new Promise<void>((resolve) => {
      let left = 50;
      const next = (): void => {
        if (left-- === 0) return resolve();
        client.send(
          post(server.origin),
          { onHead() {}, onBody() {}, onEnd: next, onFailure: (failure) => expect.fail(failure.message) },
          plain,
        );
      };
      next();
    });
    expect(server.connections).toHaveLength(1);
  });

  it('opens no more connections than requests are open at once: 10,000 requests, 32 at a time', async () => {
    // Every 500th response closes its connection without saying so beforehand.
    let answered = 0;
    await using server = await rawServer((socket, { index }) => {
      if (!socket.writable) return;
      answered++;
      socket.write(ok('x'));
      if (index % 500 === 499) socket.end();
    });
    const client = newClient();
    let started = 0;
    let ended = 0;
    const failures: string[] = [];
    const loop = (done: () => void): void => {
      if (started === 10_000) return done();
      started++;
      const again = (): void => loop(done);
      const onFailure = (failure: { message: string }): void => {
        failures.push(failure.message);
        again();
      };
      const onEnd = (): void => {
        ended++;
        again();
      };
      client.send(post(server.origin), { onHead() {}, onBody() {}, onEnd, onFailure }, plain);
    };
    await Promise.all(Array.from({ length: 32 }, () => new Promise<void>((resolve) => loop(resolve))));
    expect(failures).toEqual([]);
    expect(ended).toBe(10_000);
    expect(answered).toBe(10_000);
    const { staleReconnects, connectionsOpened } = client.stats;
    expect(connectionsOpened).toBe(server.connections.length);
    // A close that is seen while the connection is idle needs no stale reconnect: 20 closes, at most as many replacements.
    expect(staleReconnects).toBeLessThanOrEqual(20);
    expect(connectionsOpened).toBeLessThanOrEqual(32 + 20);
    expect(server.requests.length).toBeLessThanOrEqual(10_000 + staleReconnects);
  });

  it('opens exactly one connection for each of many requests at once, and no more in the next round', async () => {
    await using server = await rawServer((socket) => void setTimeout(() => socket.write(ok('x')), 100));
    const client = newClient();
    const round = () => Promise.all(Array.from({ length: 500 }, () => ask(client, server.origin)));
    for (const told of [...(await round()), ...(await round())]) expect(told.outcomes).toEqual(['end']);
    expect(server.connections).toHaveLength(500);
    expect(client.openConnections).toBe(500);
  });

  it.each([
    ['connection: close', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx'],
    ['bytes after the body', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n'],
    ['a timeout of 0', 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=0\r\ncontent-length: 1\r\n\r\nx'],
    ['a body under 204', 'HTTP/1.1 204 No Content\r\ncontent-length: 1\r\n\r\n'],
  ])('does not reuse a connection after %s', async (_name, response) => {
    await using server = await rawServer((socket) => socket.write(response));
    const client = newClient();
    for (let index = 0; index < 3; index++)
      expect((await ask(client, server.origin)).outcomes).toEqual(['end']);
    expect(server.connections).toHaveLength(3);
    expect(client.stats.staleReconnects).toBe(0);
  });

  it('reuses an HTTP/1.0 connection that says keep-alive', async () => {
    const response = 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\ncontent-length: 1\r\n\r\nx';
    await using server = await rawServer((socket) => socket.write(response));
    const client = newClient();
    for (let index = 0; index < 3; index++) await ask(client, server.origin);
    expect(server.connections).toHaveLength(1);
  });

  it('keeps apart what arrives in separate reads, each piece with its stamp', async () => {
    const pieces = ['one', 'two', 'three'];
    await using server = await rawServer((socket) => {
      socket.setNoDelay();
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      pieces.forEach((text, index) =>
        setTimeout(() => socket.write(`${text.length}\r\n${text}\r\n`), 50 * (index + 1)),
      );
      setTimeout(() => socket.write('0\r\n\r\n'), 200);
    });
    const told = await ask(newClient(), server.origin);
    expect(told.pieces.map(({ text }) => text)).toEqual(pieces);
    const [first, second, third] = told.pieces.map(({ atMs }) => atMs) as [number, number, number];
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  });

  it('gives all of one read the same stamp', async () => {
    const body = '3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n';
    await using server = await rawServer((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}`),
    );
    const told = await ask(newClient(), server.origin);
    expect(told.pieces.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(told.pieces[0]!.atMs).toBe(told.pieces[1]!.atMs);
  });

  it('reads a response that comes byte by byte, after 100 Continue and 103 Early Hints', async () => {
    const response =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n' +
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nx: y\r\n\r\n';
    await using server = await rawServer((socket) => {
      socket.setNoDelay();
      let sent = 0;
      const timer = setInterval(() => {
        socket.write(response[sent++]!);
        if (sent === response.length) clearInterval(timer);
      }, 1);
    });
    const told = await ask(newClient(), server.origin);
    expect([told.heads.length, told.body, told.outcomes]).toEqual([1, 'hello', ['end']]);
  });

  it('reads a body up to the close of the connection', async () => {
    await using server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nhel');
      setTimeout(() => socket.end('lo'), 30);
    });
    const told = await ask(newClient(), server.origin);
    expect([told.body, told.outcomes]).toEqual(['hello', ['end']]);
  });

  it('finds localhost on the address family that the server listens on', async () => {
    await using server = await rawServer((socket) => socket.write(ok('x')));
    const told = await ask(newClient(), `http://localhost:${server.port}`);
    expect(told.outcomes).toEqual(['end']);
    expect(told.starts[0]).toMatchObject({ reused: false, dnsMs: expect.any(Number) as number });
  });

  it('speaks IPv6', async () => {
    await using server = await rawServer((socket) => socket.write(ok('x')), { host: '::1' });
    const told = await ask(newClient(), server.origin);
    expect(told.outcomes).toEqual(['end']);
    expect(server.requests[0]).toContain(`\r\nhost: [::1]:${server.port}\r\n`);
  });

  it('writes a large request while the server is slow to read', async () => {
    const body = 'x'.repeat(8_000_000);
    const slow = (socket: Socket): void => {
      socket.pause();
      setTimeout(() => socket.resume(), 50);
    };
    await using server = await rawServer((socket, { text }) => socket.write(ok(`${text.length}`)), {
      onConnection: slow,
    });
    const told = await ask(newClient(), post(server.origin, { body }));
    expect(Number(told.body)).toBeGreaterThan(8_000_000);
  });
});
