import { createSecureServer, createServer as createCleartextServer } from 'node:http2';
import type { Http2SecureServer, Http2Server } from 'node:http2';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, plain, post, systemClock } from './__fixtures__/exchange.ts';
import { certificate, rawServer } from './__fixtures__/raw-server.ts';
import { HttpClients } from './choose-client.ts';
import type { Environment } from './proxy.ts';
import type { SendOptions } from './wire-client.ts';

const opened: HttpClients[] = [];

function clientsIn(environment: Environment): HttpClients {
  const clients = new HttpClients(systemClock, environment);
  opened.push(clients);
  return clients;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((clients) => clients.close()));
});

const trusting: SendOptions = { connectTimeoutMs: 5000, tls: { insecure: false, ca: certificate } };
const ok = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('HttpClients', () => {
  it('chooses our own client unless a proxy applies or HTTP/2 is asked for, and the same one each time', () => {
    const clients = clientsIn({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'inside.test' });
    const choose = (baseUrl: string, http2 = false) => clients.choose({ baseUrl, http2 });
    expect(choose('http://a.test/v1').path).toBe('wire');
    expect(choose('https://a.test/v1').path).toBe('undici-proxy');
    expect(choose('https://inside.test/v1').path).toBe('wire');
    expect(choose('https://inside.test/v1', true).path).toBe('undici-h2');
    expect(choose('http://a.test/v1')).toBe(choose('https://inside.test/v1'));
    expect(clients.stats().map(({ path }) => path)).toEqual(['wire', 'undici-proxy', 'undici-h2']);
    expect(() => choose('ftp://a.test')).toThrow(expect.objectContaining({ code: 'E_SCENARIO_INVALID' }));
    expect(() => choose('nowhere')).toThrow(expect.objectContaining({ code: 'E_SCENARIO_INVALID' }));
  });
});

describe('a proxy', () => {
  it('gets the requests to http servers', async () => {
    await using proxy = await rawServer((socket) => socket.write(ok('from the proxy')));
    const clients = clientsIn({ http_proxy: proxy.origin });
    const client = clients.choose({ baseUrl: 'http://model.test/v1', http2: false });
    const told = await ask(client, 'http://model.test/v1/chat');
    expect([told.body, told.outcomes]).toEqual(['from the proxy', ['end']]);
    expect(proxy.requests[0]).toMatch(/^POST http:\/\/model\.test\/v1\/chat HTTP\/1\.1\r\n/);
    expect(proxy.requests[0]).toContain('accept-encoding: identity');
    expect(client.stats).toMatchObject({ path: 'undici-proxy', requests: 1, connectionsOpened: 1 });
  });

  it('is a tunnel to https servers, whose certificates are verified', async () => {
    await using server = await rawServer((socket) => socket.write(ok('through')), { tls: true });
    await using proxy = await rawServer((socket, { text }) => {
      expect(text).toMatch(/^CONNECT 127\.0\.0\.1:\d+ HTTP\/1\.1\r\n/);
      const onward = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.removeAllListeners('data');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
    });
    const clients = clientsIn({ HTTPS_PROXY: proxy.origin });
    const client = clients.choose({ baseUrl: server.origin, http2: false });
    expect((await ask(client, server.origin, trusting)).body).toBe('through');
    expect(client.stats.connectionsOpened).toBe(1);
    const told = await ask(client, server.origin, plain);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'tls' })]);
    expect(server.requests).toHaveLength(1);
  });

  it('that is not there is a connection failure', async () => {
    const clients = clientsIn({ http_proxy: 'http://127.0.0.1:9' });
    const told = await ask(
      clients.choose({ baseUrl: 'http://model.test', http2: false }),
      'http://model.test',
    );
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'connect' })]);
  });

  it('decodes what was encoded all the same', async () => {
    const body = gzipSync('unpacked');
    await using proxy = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const client = clientsIn({ http_proxy: proxy.origin }).choose({
      baseUrl: 'http://model.test',
      http2: false,
    });
    const told = await ask(client, 'http://model.test');
    expect([told.body, told.heads[0]!.decoded, told.outcomes]).toEqual(['unpacked', true, ['end']]);
    expect(client.stats.decodedResponses).toBe(1);
  });

  it.each([
    ['reset', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort'],
    ['protocol', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\ncontent-length: 8\r\n\r\nshort'],
  ])('reports a %s as our own client does, and sends nothing twice', async (kind, response) => {
    await using proxy = await rawServer((socket) => socket.end(response));
    const clients = clientsIn({ http_proxy: proxy.origin });
    const told = await ask(
      clients.choose({ baseUrl: 'http://model.test', http2: false }),
      'http://model.test',
    );
    expect(told.outcomes).toEqual([expect.objectContaining({ kind })]);
    expect(proxy.requests).toHaveLength(1);
  });

  it('and settings that cannot be used, or a header, are refused after send has returned', async () => {
    const clients = clientsIn({ http_proxy: 'http://127.0.0.1:9' });
    const client = clients.choose({ baseUrl: 'http://model.test', http2: false });
    const settings = { connectTimeoutMs: 100, tls: { insecure: false, ca: 'no certificate' } };
    for (const told of [
      await ask(client, 'http://model.test', settings),
      await ask(client, post('http://model.test', { headers: { 'x-y': 'a\r\nb: c' } })),
    ]) {
      expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'generator' })]);
    }
  });

  it('carries no more of a request that was aborted', async () => {
    await using proxy = await rawServer((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'),
    );
    const client = clientsIn({ http_proxy: proxy.origin }).choose({
      baseUrl: 'http://model.test',
      http2: false,
    });
    let told = 0;
    const count = (): void => void told++;
    const onBody = (): void => request.abort();
    const request = client.send(
      post('http://model.test'),
      { onHead() {}, onBody, onEnd: count, onFailure: count },
      plain,
    );
    while (proxy.connections.length === 0 || !proxy.connections[0]!.destroyed) await delay(5);
    expect(told).toBe(0);
  });
});

async function listen(server: Http2Server | Http2SecureServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('HTTP/2', () => {
  it.each(['https', 'http'])('is spoken where it is asked for, over %s', async (protocol) => {
    const key = readFileSync(new URL('__fixtures__/localhost.key.pem', import.meta.url));
    const server =
      protocol === 'https' ? createSecureServer({ key, cert: certificate }) : createCleartextServer();
    const versions: string[] = [];
    server.on('request', (request, response) => {
      versions.push(request.httpVersion);
      request.resume();
      request.on('end', () => response.end('over two'));
    });
    const port = await listen(server);
    const url = `${protocol}://127.0.0.1:${port}/v1`;
    const client = clientsIn({}).choose({ baseUrl: url, http2: true });
    const told = await Promise.all(Array.from({ length: 20 }, () => ask(client, url, trusting)));
    expect(told.map(({ body, outcomes }) => [body, outcomes])).toEqual(told.map(() => ['over two', ['end']]));
    expect(new Set(versions)).toEqual(new Set(['2.0']));
    expect(client.stats).toMatchObject({ path: 'undici-h2', requests: 20 });
    expect(client.stats.connectionsOpened).toBeGreaterThanOrEqual(1);
    await client.close();
    server.close();
  });
});

describe('a redirect', () => {
  const redirect = (status: number, location: string): string =>
    `HTTP/1.1 ${status} Moved\r\nlocation: ${location}\r\ncontent-length: 4\r\n\r\nmove`;

  it.each([
    [301, 'GET'],
    [302, 'GET'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
  ])('with %d is followed as a %s', async (status, method) => {
    await using server = await rawServer((socket, { text }) =>
      socket.write(text.includes(' /old ') ? redirect(status, '/new?x=1') : ok('there')),
    );
    const clients = clientsIn({});
    const client = clients.choose({ baseUrl: server.origin, http2: false });
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const told = await ask(client, post(`${server.origin}/old`, { headers }));
    expect([told.body, told.outcomes, told.heads.length]).toEqual(['there', ['end'], 1]);
    expect(told.request.redirects).toBe(1);
    const [, second] = server.requests;
    expect(second).toMatch(new RegExp(`^${method} /new\\?x=1 HTTP/1\\.1\\r\\n`));
    expect(second).toContain('authorization: Bearer secret');
    expect([second!.endsWith('{"a":1}'), second!.includes('content-type')]).toEqual(
      method === 'POST' ? [true, true] : [false, false],
    );
    expect(clients.stats().map(({ path, redirects }) => [path, redirects])).toEqual([
      ['wire', 1],
      ['undici-redirect', 0],
    ]);
  });

  it('to another origin carries no credentials', async () => {
    await using other = await rawServer((socket) => socket.write(ok('there')));
    await using server = await rawServer((socket) => socket.write(redirect(307, `${other.origin}/x`)));
    const headers = {
      authorization: 'Bearer secret',
      'x-api-key': 'secret',
      'x-trace': '1',
      'content-type': 'application/json',
    };
    const client = clientsIn({}).choose({ baseUrl: server.origin, http2: false });
    const told = await ask(client, post(server.origin, { headers }));
    expect(told.outcomes).toEqual(['end']);
    expect(other.requests[0]).toContain('content-type: application/json');
    expect(other.requests[0]).not.toContain('x-trace');
    expect(other.requests[0]).not.toContain('secret');
  });

  it('keeps the connection it came on', async () => {
    await using server = await rawServer((socket, { text }) =>
      socket.write(text.includes(' /old ') ? redirect(307, '/new') : ok('there')),
    );
    const client = clientsIn({}).choose({ baseUrl: server.origin, http2: false });
    for (let index = 0; index < 5; index++) await ask(client, `${server.origin}/old`);
    expect([client.stats.connectionsOpened, server.connections.length]).toEqual([1, 2]);
  });

  it.each([
    'transfer-encoding: chunked\r\n\r\n4\r\nmove\r\n',
    'content-length: 99999999\r\n\r\nmove',
    '\r\nmove',
  ])('is left at once where its body need not end (%j)', async (rest) => {
    await using server = await rawServer((socket, { text }) =>
      socket.write(text.includes(' /old ') ? `HTTP/1.1 307 Moved\r\nlocation: /new\r\n${rest}` : ok('there')),
    );
    const client = clientsIn({}).choose({ baseUrl: server.origin, http2: false });
    expect((await ask(client, `${server.origin}/old`)).body).toBe('there');
    while (!server.connections[0]!.destroyed) await delay(5);
  });

  it('is left after a while where its short body does not end', async () => {
    await using server = await rawServer((socket, { text }) =>
      socket.write(text.includes(' /old ') ? redirect(307, '/new').slice(0, -1) : ok('there')),
    );
    const client = clientsIn({}).choose({ baseUrl: server.origin, http2: false });
    const told = await ask(client, `${server.origin}/old`, { ...plain, connectTimeoutMs: 100 });
    expect([told.body, told.outcomes]).toEqual(['there', ['end']]);
    while (!server.connections[0]!.destroyed) await delay(5);
    expect(told.outcomes).toEqual(['end']);
  });

  it('in a circle ends', async () => {
    await using server = await rawServer((socket) => socket.write(redirect(307, '/again')));
    const client = clientsIn({}).choose({ baseUrl: server.origin, http2: false });
    const told = await ask(client, server.origin);
    expect(told.outcomes).toEqual([{ kind: 'protocol', message: 'more than 5 redirects' }]);
    expect(server.requests).toHaveLength(7);
  });

  it.each(['', 'mailto:x@y.test'])('to "%s" is an answer like any other', async (location) => {
    const head = location === '' ? 'HTTP/1.1 302 Found' : `HTTP/1.1 302 Found\r\nlocation: ${location}`;
    await using server = await rawServer((socket) => socket.write(`${head}\r\ncontent-length: 2\r\n\r\nhm`));
    const client = clientsIn({}).choose({ baseUrl: server.origin, http2: false });
    const told = await ask(client, server.origin);
    expect([told.heads[0]!.statusCode, told.body, told.outcomes]).toEqual([302, 'hm', ['end']]);
  });

  it('that is aborted on its way is told no more of', async () => {
    await using server = await rawServer((socket, { text }) => {
      if (text.includes(' /old ')) socket.write(redirect(307, '/new'));
    });
    const client = clientsIn({}).choose({ baseUrl: server.origin, http2: false });
    let told = 0;
    const count = (): void => void told++;
    const observer = { onHead: count, onBody: count, onEnd: count, onFailure: count };
    const request = client.send(post(`${server.origin}/old`), observer, plain);
    while (server.requests.length < 2) await delay(5);
    request.abort();
    while (!server.connections[1]!.destroyed) await delay(5);
    expect(told).toBe(0);
  });
});
