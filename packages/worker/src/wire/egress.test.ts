import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { providers } from '@tokenstorm/providers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EgressPolicy } from '../permissions/egress-policy.ts';
import { RequestSetup, whole } from '../request/__fixtures__/request-setup.ts';
import { sdkAttempt } from '../sdk/sdk-attempt.ts';
import { sdkOf } from '../sdk/sdk-of.ts';
import { ask, post, systemClock } from './__fixtures__/exchange.ts';
import { rawServer } from './__fixtures__/raw-server.ts';
import type { RawServer } from './__fixtures__/raw-server.ts';
import { HttpClients } from './choose-client.ts';

const body = JSON.stringify({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] });
const realLookup = dns.lookup;
let server: RawServer;
let answer: string;
/** What each name stands for. */
let addresses: Record<string, readonly string[]>;

beforeEach(async () => {
  answer = whole(body);
  addresses = {};
  server = await rawServer((socket) => socket.write(answer));
  const lookup = (host: string, options: dns.LookupAllOptions, callback: (...all: unknown[]) => void) => {
    const found = (addresses[host] ?? []).map((address) => ({ address, family: 4 }));
    if (found.length === 0) realLookup(host, options, callback);
    else setImmediate(() => callback(null, found));
  };
  dns.lookup = lookup as unknown as typeof dns.lookup;
  syncBuiltinESMExports();
});
afterEach(async () => {
  dns.lookup = realLookup;
  syncBuiltinESMExports();
  await server[Symbol.asyncDispose]();
});

/** How a request for a URL ends by our own client, over HTTP/2's client, and by an SDK: `answered`, or kind and message. */
const ways = {
  async wire(url: string, patterns?: readonly string[]) {
    const clients = new HttpClients(systemClock, {}, new EgressPolicy(patterns));
    try {
      const { outcomes } = await ask(clients.choose({ baseUrl: url, http2: false }), post(url));
      return outcomes[0] === 'end' ? 'answered' : outcomes[0];
    } finally {
      await clients.close();
    }
  },
  async undici(url: string, patterns?: readonly string[]) {
    const clients = new HttpClients(systemClock, {}, new EgressPolicy(patterns));
    try {
      const { outcomes } = await ask(clients.choose({ baseUrl: url, http2: true }), post(url));
      // Over HTTP/2 this server is not understood, but it was reached.
      return outcomes[0] === 'end' || server.connections.length > 0 ? 'answered' : outcomes[0];
    } finally {
      await clients.close();
    }
  },
  async sdk(url: string, patterns?: readonly string[]) {
    await using setup = new RequestSetup(url.replace(/\/$/, ''));
    const job = setup.job({});
    const { target } = job.client;
    const sdk = sdkOf(target, providers.openai.chat, new EgressPolicy(patterns));
    const call = { ...job.call, stream: false };
    const record = await setup.ask({ ...job, call, client: { ...job.client, attempt: sdkAttempt(sdk) } });
    return record.failure ?? 'answered';
  },
};
const names = Object.keys(ways) as (keyof typeof ways)[];

const refused = (host: string, port: number) => ({
  kind: 'connect',
  message: `requests to ${host}:${port} are not allowed here (--allow-host)`,
});

describe.each(names)('%s', (way) => {
  it('connects to what is allowed, by its name or its address', async () => {
    addresses = { 'own.test': ['127.0.0.1'] };
    const url = `http://own.test:${server.port}/`;
    expect(await ways[way](url, ['own.test'])).toBe('answered');
    expect(await ways[way](url, [`127.0.0.0/8:${server.port}`])).toBe('answered');
    expect(await ways[way](`${server.origin}/`, ['127.0.0.1'])).toBe('answered');
  });

  it('does not connect to what is not', async () => {
    addresses = { 'own.test': ['127.0.0.1'] };
    const url = `http://own.test:${server.port}/`;
    expect(await ways[way](url, ['other.test'])).toEqual(refused('own.test', server.port));
    expect(await ways[way](url, ['10.0.0.0/8'])).toEqual(refused('own.test', server.port));
    expect(await ways[way](`${server.origin}/`, ['own.test'])).toEqual(refused('127.0.0.1', server.port));
    expect(server.connections).toHaveLength(0);
  });

  it('does not connect to metadata, by whatever name', async () => {
    addresses = { 'rebound.test': ['169.254.169.254'] };
    expect(await ways[way]('http://169.254.169.254/')).toEqual(refused('169.254.169.254', 80));
    expect(await ways[way]('http://rebound.test/')).toEqual(refused('rebound.test', 80));
    expect(await ways[way]('http://rebound.test/', ['rebound.test'])).toEqual(refused('rebound.test', 80));
  });

  it('leaves out those addresses of a name that are not allowed', async () => {
    addresses = { 'mixed.test': ['169.254.169.254', '127.0.0.1'] };
    expect(await ways[way](`http://mixed.test:${server.port}/`)).toBe('answered');
  });
});

describe('a redirect', () => {
  it.each([
    ['http://169.254.169.254/latest/meta-data/', refused('169.254.169.254', 80)],
    ['http://rebound.test/', refused('rebound.test', 80)],
    ['http://other.test/', refused('other.test', 80)],
  ])('to %s is not followed where that is not allowed', async (location, failure) => {
    addresses = { 'own.test': ['127.0.0.1'], 'rebound.test': ['169.254.169.254'] };
    answer = `HTTP/1.1 307 Go\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`;
    const patterns = ['own.test', 'rebound.test'];
    expect(await ways.wire(`http://own.test:${server.port}/`, patterns)).toEqual(failure);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a connection that is made anew', () => {
  it('is looked at anew', async () => {
    addresses = { 'own.test': ['127.0.0.1'] };
    answer = `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
    const clients = new HttpClients(systemClock, {}, new EgressPolicy(['own.test']));
    const client = clients.choose({ baseUrl: server.origin, http2: false });
    const url = `http://own.test:${server.port}/`;
    expect((await ask(client, url)).outcomes).toEqual(['end']);
    addresses = { 'own.test': ['169.254.169.254'] };
    // The answer of the name's server is used for a while, the address with it.
    expect((await ask(client, url)).outcomes).toEqual(['end']);
    const later = new HttpClients(systemClock, {}, new EgressPolicy(['own.test']));
    const other = later.choose({ baseUrl: server.origin, http2: false });
    expect((await ask(other, url)).outcomes).toEqual([refused('own.test', server.port)]);
    await Promise.all([clients.close(), later.close()]);
  });
});
