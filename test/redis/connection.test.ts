import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { RedisTransport } from '@tokenstorm/transport';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { until } from '../conformance/waiting.ts';
import { selfSigned } from '../support/certificate.ts';
import { startRedis } from '../support/services.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { asDisposable, inUrl, listening, open, secret, startTls } from './connection-parts.ts';

describe('a connection', () => {
  it('takes a password, a database and TLS from the URL', async () => {
    const { cert, key } = await selfSigned();
    await using folder = await temporaryFolder();
    const ca = await folder.write('ca.pem', cert);
    await using server = await startTls({ cert, key }, ['--requirepass', secret]);
    for (const query of [`ca=${encodeURIComponent(ca)}`, 'insecure=true']) {
      await using transport = await open(`rediss://:${inUrl}@127.0.0.1:${server.port}/3?${query}`);
      await transport.events(`run-${query.slice(0, 2)}`).append({ type: 'warmed-up', shard: 1 });
    }
    const tls = { ca: cert };
    await using own = asDisposable(
      new Redis({ host: '127.0.0.1', port: server.port, password: secret, db: 3, tls }),
    );
    expect(await own.redis.exists('{tokenstorm}:run:run-ca:events', '{tokenstorm}:run:run-in:events')).toBe(
      2,
    );
    await own.redis.select(0);
    expect(await own.redis.dbsize()).toBe(0);
  });

  it('warns of a Redis that throws data away when it is full', async () => {
    await using server = await startRedis({
      config: ['--save', '', '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
    });
    await using transport = await open(server.url);
    expect(transport.warnings).toEqual([expect.stringContaining('maxmemory-policy allkeys-lru')]);
  });

  it('comes back after an outage, with what was asked meanwhile, and tells of both', async () => {
    await using server = await startRedis({ config: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const states: string[] = [];
    await using transport = await open(server.url, { onConnection: (state: string) => states.push(state) });
    const connectedSinceMs = transport.connectedSinceMs;
    await server.kill();
    await until(() => states.length === 1);
    const asked = transport.runs.publishStatus('run1', { done: 0.5 });
    await sleep(1500);
    await server.start();
    const startedAtMs = performance.now();
    await asked;
    expect(performance.now() - startedAtMs).toBeLessThan(3000);
    expect(await transport.runs.status('run1')).toEqual({ done: 0.5 });
    expect(states).toEqual(['lost', 'back']);
    expect(transport.connectedSinceMs).toBeGreaterThan(connectedSinceMs + 1400);
    expect(transport.problem).toBeUndefined();
    await transport[Symbol.asyncDispose]();
    await sleep(50);
    expect(states).toEqual(['lost', 'back']);
    await expect(transport.runs.status('run1')).rejects.toThrow('closed');
    expect(await readAll(transport)).toMatchObject({ code: 'E_REDIS' });
  });

  it('is given up after a while: what waits rejects, and ending it takes no time', async () => {
    await using server = await startRedis();
    const states: string[] = [];
    const onConnection = (state: string) => states.push(state);
    const transport = await open(server.url.replace('//', `//:${inUrl}@`), { giveUpMs: 1000, onConnection });
    const reading = readAll(transport);
    await server.kill();
    await until(() => states.includes('lost'));
    const asked = transport.runs.publishStatus('run1', 1);
    await expect(asked).rejects.toThrow('has not answered for 1 s');
    expect(await reading).toMatchObject({ code: 'E_REDIS', exitCode: 97 });
    expect(states).toEqual(['lost', 'gone']);
    expect(transport.problem?.message).toContain('has not answered for 1 s');
    expect(inspect(transport.problem, { depth: 20, showHidden: true })).not.toMatch(/p@ss|p%40ss/);
    await expect(transport.runs.status('run1')).rejects.toThrow('has not answered for 1 s');
    const endingAtMs = performance.now();
    await transport[Symbol.asyncDispose]();
    expect(performance.now() - endingAtMs).toBeLessThan(1000);
  });

  it('ends within 2 s while Redis is busy or away', async () => {
    await using server = await startRedis();
    await using admin = asDisposable(new Redis(server.url));
    const busy = await open(server.url);
    const away = await open(server.url);
    const script = `local t = redis.call('TIME')[1] + ARGV[1]; while redis.call('TIME')[1] + 0 < t do end return 1`;
    const blocking = admin.redis.eval(script, 0, 6);
    await sleep(100);
    expect(await msOf(() => busy[Symbol.asyncDispose]())).toBeLessThan(2900);
    await blocking;
    await server.kill();
    await sleep(300);
    expect(await msOf(() => away[Symbol.asyncDispose]())).toBeLessThan(2900);
  });

  it('is replaced when nothing comes through it any more, though it was never closed', async () => {
    await using server = await startRedis();
    const pairs: [Socket, Socket][] = [];
    await using way = await listening((socket) => {
      const onward = connect({ port: server.port, host: '127.0.0.1' }).on('error', () => {});
      pairs.push([socket, onward]);
      socket.pipe(onward);
      onward.pipe(socket);
    });
    await using transport = await open(`redis://127.0.0.1:${way.port}`);
    for (const [socket, onward] of pairs) {
      socket.unpipe(onward);
      onward.unpipe(socket);
      socket.resume();
      onward.resume();
    }
    expect(await msOf(() => transport.runs.publishStatus('run1', 1))).toBeLessThan(9000);
    expect(await transport.runs.status('run1')).toBe(1);
  });
});

/** Reads events until reading ends, and resolves to what it rejected with. */
async function readAll(transport: RedisTransport): Promise<unknown> {
  try {
    for await (const _ of transport.events('run1').read({ signal: new AbortController().signal }));
    return undefined;
  } catch (cause) {
    return cause;
  }
}

async function msOf(work: () => PromiseLike<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
