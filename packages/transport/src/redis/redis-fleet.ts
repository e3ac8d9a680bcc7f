import type { Fleet } from '@tokenstorm/core';
import type { RedisConnection } from './connection.ts';
import { aggregatorsKey, regionsKey, workersKey } from './keys.ts';

/** Who has given a sign of life lately. */
export function redisFleet(connection: RedisConnection): Fleet {
  const { commands, clock } = connection;
  const count = (key: string) => connection.answer(commands.zcount(key, clock.epochMs(), '+inf'));
  return {
    workers: async () => {
      const regions = await connection.answer(commands.zrangebyscore(regionsKey, clock.epochMs(), '+inf'));
      const counts = await Promise.all(
        regions.map(async (region) => [region, await count(workersKey(region))] as const),
      );
      return Object.fromEntries(counts.filter(([, workers]) => workers > 0));
    },
    aggregators: () => count(aggregatorsKey),
  };
}
