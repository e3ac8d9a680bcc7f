import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { RequestRecord, Timeouts } from '@tokenstorm/core';
import { afterEach, describe, expect, it } from 'vitest';
import { role, text } from '../stream/__fixtures__/chat-stream.ts';
import { systemClock } from '../wire/__fixtures__/exchange.ts';
import { certificate, rawServer } from '../wire/__fixtures__/raw-server.ts';
import { HttpClients } from '../wire/choose-client.ts';
import { RequestSetup, head, timeouts, whole, workload } from './__fixtures__/request-setup.ts';

interface Ask {
  readonly baseUrl: string;
  readonly limits: Partial<Timeouts>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stream?: boolean;
}

/** The record of one request to this address, sent the way that the product would choose. */
async function recordOf({ baseUrl, limits, environment = {}, stream = true }: Ask): Promise<RequestRecord> {
  await using setup = new RequestSetup(baseUrl);
  const clients = new HttpClients(systemClock, environment);
  try {
    const http = clients.choose({ baseUrl, http2: false });
    const { client, ...job } = setup.job({ workload: workload({ stream, timeouts: timeouts(limits) }) });
    const sendOptions = {
      connectTimeoutMs: job.workload.timeouts.connectMs,
      tls: { insecure: false, ca: certificate },
    };
    const record = await setup.ask({ ...job, client: { ...client, http, sendOptions } });
    expect(setup.deadlines.size).toBe(0);
    return record;
  } finally {
    await clients.close();
  }
}

const nothing = () => {};
const redirectTo = (location: string) =>
  `HTTP/1.1 307 X\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`;

/** How long a request took whose only attempt this is. */
const tookMs = ({ attempts, endMs }: RequestRecord) => endMs - (attempts[0]?.startMs ?? NaN);

describe('the timeout to connect', () => {
  const limits = { connectMs: 150 };
  const realLookup = dns.lookup;

  afterEach(() => {
    dns.lookup = realLookup;
    syncBuiltinESMExports();
  });

  it('covers a TLS handshake that never ends', async () => {
    await using silent = await rawServer(nothing);
    const record = await recordOf({ baseUrl: silent.origin.replace('http:', 'https:'), limits });
    expect(record.failure).toEqual({ kind: 'connect-timeout', message: 'no connection within 150 ms' });
  });

  it('covers a name that is never resolved', async () => {
    Object.assign(dns, { lookup: nothing });
    syncBuiltinESMExports();
    const record = await recordOf({ baseUrl: 'http://nobody-answers.test', limits });
    expect(record.failure?.kind).toBe('connect-timeout');
  });

  it('covers a server that a redirect leads to', async () => {
    await using silent = await rawServer(nothing);
    const location = silent.origin.replace('http:', 'https:');
    await using server = await rawServer((socket) => void socket.write(redirectTo(location)));
    const record = await recordOf({ baseUrl: server.origin, limits });
    expect(record.failure?.kind).toBe('connect-timeout');
  });

  it('covers a proxy that never answers CONNECT', async () => {
    await using proxy = await rawServer(nothing);
    const environment = { https_proxy: proxy.origin };
    const record = await recordOf({ baseUrl: 'https://model.test', limits, environment });
    expect(record.failure?.kind).toBe('connect-timeout');
    expect(proxy.requests[0]).toMatch(/^CONNECT model\.test:443 /);
  });

  it('covers a TLS handshake through a proxy', async () => {
    await using silent = await rawServer(nothing);
    await using proxy = await rawServer((socket) => tunnel(socket, silent.port));
    const environment = { https_proxy: proxy.origin };
    const record = await recordOf({ baseUrl: 'https://model.test', limits, environment });
    expect(record.failure?.kind).toBe('connect-timeout');
  });

  it('leaves alone what comes after it', async () => {
    const slowly = (socket: Socket) =>
      void setTimeout(() => socket.write(whole('{"error":"late"}', 500)), 400);
    await using proxy = await rawServer(slowly);
    const environment = { http_proxy: proxy.origin };
    for (const ask of [
      { baseUrl: proxy.origin, limits },
      { baseUrl: 'http://model.test', limits, environment },
    ]) {
      expect((await recordOf(ask)).failure?.kind).toBe('server-error');
    }
  });
});

function tunnel(socket: Socket, port: number): void {
  const onward = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.removeAllListeners('data');
    socket.pipe(onward).pipe(socket);
  });
  onward.on('error', () => socket.destroy());
  socket.on('close', () => onward.destroy());
}

/** The ways that a request can take to a raw server: each must keep every timeout. */
const ways = ['directly', 'after a redirect', 'through a proxy'] as const;

describe.each(ways)('asked %s', (way) => {
  /** The record of a request that is answered like this in the end. */
  async function answeredBy(answer: (socket: Socket) => void, limits: Partial<Timeouts>, stream = true) {
    await using server = await rawServer(answer);
    await using first = await rawServer((socket) => void socket.write(redirectTo(server.origin)));
    if (way === 'directly') return await recordOf({ baseUrl: server.origin, limits, stream });
    if (way === 'after a redirect') return await recordOf({ baseUrl: first.origin, limits, stream });
    const environment = { http_proxy: server.origin };
    return await recordOf({ baseUrl: 'http://model.test', limits, stream, environment });
  }

  it('no content in time is a first-token-timeout, head and role or not', async () => {
    for (const answer of [nothing, (socket: Socket) => void socket.write(head() + role)]) {
      const record = await answeredBy(answer, { firstTokenMs: 150, idleMs: 50 });
      expect(record.failure?.kind).toBe('first-token-timeout');
      expect(tookMs(record)).toBeGreaterThanOrEqual(150);
    }
  });

  it('silence after content is an idle-timeout', async () => {
    const record = await answeredBy((socket) => void socket.write(head() + text('a')), { idleMs: 150 });
    expect(record).toMatchObject({ failure: { kind: 'idle-timeout' }, contentEvents: 1 });
  });

  it('a stream that goes on and on is a request-timeout', async () => {
    const drip = (socket: Socket) => {
      socket.write(head());
      const timer = setInterval(() => socket.write(text('a')), 10);
      socket.on('close', () => clearInterval(timer));
    };
    const record = await answeredBy(drip, { totalMs: 300, idleMs: 2000 });
    expect(record.failure?.kind).toBe('request-timeout');
    expect(record.contentEvents).toBeGreaterThan(1);
    expect(tookMs(record)).toBeGreaterThanOrEqual(300);
  });

  it('a response that is not streamed knows only the total and the idle timeout', async () => {
    const limits = { firstTokenMs: 10, idleMs: 100, totalMs: 300 };
    const never = await answeredBy(nothing, limits, false);
    expect(never.failure?.kind).toBe('request-timeout');
    const begun = (socket: Socket) => void socket.write('HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{');
    expect((await answeredBy(begun, limits, false)).failure?.kind).toBe('idle-timeout');
  });
});
