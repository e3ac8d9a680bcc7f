import { afterEach, describe, expect, it } from 'vitest';
import { ask, post, systemClock } from './__fixtures__/exchange.ts';
import { certificate, rawServer } from './__fixtures__/raw-server.ts';
import { SocketClient } from './socket-client.ts';
import type { SendOptions } from './wire-client.ts';

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

const response = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';
const trusting: SendOptions = { connectTimeoutMs: 5000, tls: { insecure: false, ca: certificate } };
const careless: SendOptions = { connectTimeoutMs: 5000, tls: { insecure: true } };
const byDefault: SendOptions = { connectTimeoutMs: 5000, tls: { insecure: false } };

describe('TLS', () => {
  it('is verified by default: an unknown certificate fails before anything is sent', async () => {
    await using server = await rawServer((socket) => socket.write(response), { tls: true });
    const told = await ask(newClient(), server.origin, byDefault);
    expect(told.outcomes).toEqual([{ kind: 'tls', message: 'self-signed certificate' }]);
    expect([told.starts, server.requests]).toEqual([[], []]);
  });

  it('takes a certificate of an authority that was given, and keeps the connection', async () => {
    await using server = await rawServer((socket) => socket.write(response), { tls: true });
    const client = newClient();
    const first = await ask(client, server.origin, trusting);
    expect([first.body, first.outcomes]).toEqual(['hello', ['end']]);
    expect(first.starts[0]).toMatchObject({
      reused: false,
      tcpMs: expect.any(Number) as number,
      tlsMs: expect.any(Number) as number,
    });
    expect((await ask(client, server.origin, trusting)).starts).toEqual([{ reused: true }]);
    expect(server.connections).toHaveLength(1);
  });

  it('checks the name too', async () => {
    // The certificate is for localhost and 127.0.0.1.
    await using server = await rawServer((socket) => socket.write(response), { tls: true, host: '::1' });
    const told = await ask(newClient(), server.origin, trusting);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'tls' })]);
    expect(JSON.stringify(told.outcomes)).toContain('Hostname/IP does not match');
  });

  it('takes any certificate where insecure is asked for, on connections of its own', async () => {
    await using server = await rawServer((socket) => socket.write(response), { tls: true });
    const client = newClient();
    expect((await ask(client, server.origin, careless)).outcomes).toEqual(['end']);
    expect((await ask(client, server.origin, byDefault)).outcomes).toEqual([
      { kind: 'tls', message: 'self-signed certificate' },
    ]);
  });

  it('finds localhost and checks it by name', async () => {
    await using server = await rawServer((socket) => socket.write(response), { tls: true });
    const told = await ask(newClient(), `https://localhost:${server.port}`, trusting);
    expect(told.outcomes).toEqual(['end']);
    expect(told.starts[0]).toMatchObject({ dnsMs: expect.any(Number) as number });
  });

  it('calls a server that does not speak it tls', async () => {
    await using server = await rawServer(() => undefined, {
      onConnection: (socket) => void socket.end('hello\r\n'),
    });
    const told = await ask(newClient(), server.origin.replace('http:', 'https:'), careless);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'tls' })]);
  });

  it('calls a connection that is closed in the handshake tls', async () => {
    await using server = await rawServer(() => undefined, {
      onConnection: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
    });
    const told = await ask(newClient(), server.origin.replace('http:', 'https:'), careless);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'tls' })]);
  });

  it('refuses an authority that is no PEM as our own fault', async () => {
    const settings = {
      connectTimeoutMs: 100,
      tls: { insecure: false, ca: '-----BEGIN CERTIFICATE-----\nx' },
    };
    const told = await ask(newClient(), 'https://127.0.0.1:9', settings);
    expect(told.outcomes).toEqual([expect.objectContaining({ kind: 'generator' })]);
  });

  it('carries a large body in both directions and closes in the middle as a reset', async () => {
    const large = 'y'.repeat(3_000_000);
    await using server = await rawServer(
      (socket, { nth }) => {
        if (nth === 0) socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${large.length}\r\n\r\n${large}`);
        else socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${large.length}\r\n\r\n${large.slice(1)}`);
      },
      { tls: true },
    );
    const client = newClient();
    const told = await ask(client, post(server.origin, { body: large }), trusting);
    expect([told.outcomes, told.body === large]).toEqual([['end'], true]);
    const cut = await ask(client, post(server.origin), trusting);
    expect([cut.body.length, cut.outcomes]).toEqual([
      2_999_999,
      [expect.objectContaining({ kind: 'reset' })],
    ]);
  });

  it('sends a request again when the server has closed the idle connection', async () => {
    await using server = await rawServer(
      (socket, { nth }) => (nth === 0 ? socket.write(response) : socket.destroy()),
      { tls: true },
    );
    const client = newClient();
    await ask(client, server.origin, trusting);
    const told = await ask(client, server.origin, trusting);
    expect([told.outcomes, told.request.staleReconnects]).toEqual([['end'], 1]);
  });
});
