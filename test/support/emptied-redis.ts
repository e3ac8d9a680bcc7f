import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startRedis } from './services.ts';
import type { Service } from './services.ts';

/** What the tests of a file share: a Redis of their own, emptied before each of them, with a plain client beside it. */
export interface EmptiedRedis {
  readonly url: string;
  readonly redis: Redis;
}

/** Starts it before the first test of the file that calls this, and ends it after the last. Nothing of it may be asked before. */
export function emptiedRedis(): EmptiedRedis {
  let server: (Service & { readonly url: string }) | undefined;
  let redis: Redis | undefined;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis?.disconnect();
    await server?.[Symbol.asyncDispose]();
  });
  beforeEach(() => redis?.flushall());
  return {
    get url() {
      return server?.url ?? '';
    },
    get redis() {
      if (redis === undefined) throw new Error('There is no Redis before the first test.');
      return redis;
    },
  };
}
