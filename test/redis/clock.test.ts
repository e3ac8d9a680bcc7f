import { redisTransport } from '@tokenstorm/transport';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startRedis } from '../support/services.ts';

it('agrees with Redis, and so with every other process, within what it says', async () => {
  await using server = await startRedis();
  const open = (memberId: string) =>
    redisTransport({ url: server.url, role: 'worker', memberId, region: 'eu' });
  await using one = await open('w1');
  await using other = await open('w2');
  const redis = new Redis(server.url);
  const [seconds, microseconds] = await redis.time();
  redis.disconnect();
  const errorMs = (clock: typeof one.clock) => clock.errorBoundMs?.() ?? Infinity;
  expect(errorMs(one.clock)).toBeLessThan(5);
  const apartMs = one.clock.epochMs() - other.clock.epochMs();
  expect(Math.abs(apartMs)).toBeLessThan(errorMs(one.clock) + errorMs(other.clock) + 0.1);
  const sinceMs = one.clock.epochMs() - (Number(seconds) * 1000 + Number(microseconds) / 1000);
  expect(sinceMs).toBeGreaterThan(-errorMs(one.clock));
  expect(sinceMs).toBeLessThan(1000);
});
