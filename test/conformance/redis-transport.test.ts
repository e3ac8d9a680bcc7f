import { randomUUID } from 'node:crypto';
import type { Transport } from '@tokenstorm/core';
import { redisTransport } from '@tokenstorm/transport';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { startRedis } from '../support/services.ts';
import { budgetConformance } from './budget.ts';
import { limiterConformance } from './rate-limiter.ts';
import { transportConformance } from './transport.ts';
import type { OpenedTransport } from './transport.ts';

// A lease must run out in some of these tests.
vi.setConfig({ testTimeout: 60_000 });

const leaseMs = 2000;
let server: Awaited<ReturnType<typeof startRedis>>;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

/** An empty Redis, and processes that each have their own connections to it. */
async function open(): Promise<OpenedTransport> {
  await empty();
  const members = new AsyncDisposableStack();
  const join = async (role: 'coordinator' | 'worker' | 'aggregator') => {
    const memberId = `${role}-${randomUUID()}`;
    const region = role === 'worker' ? { region: 'eu' } : {};
    return members.use(await redisTransport({ url: server.url, role, memberId, leaseMs, ...region }));
  };
  return {
    transport: await join('coordinator'),
    join,
    [Symbol.asyncDispose]: () => members.disposeAsync(),
  };
}

async function empty(): Promise<void> {
  const redis = new Redis(server.url);
  await redis.flushall();
  redis.disconnect();
}

/** Disposing its transport ends all. */
async function openOne(): Promise<Transport> {
  const opened = await open();
  return { ...opened.transport, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

transportConformance('over Redis', open, { keepsSums: true });

describe('over Redis: rate limiter', () => {
  limiterConformance(openOne);
});

describe('over Redis: budget', () => {
  budgetConformance(open);
});
