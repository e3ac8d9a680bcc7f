import { randomUUID } from 'node:crypto';
import { TokenstormError } from '@tokenstorm/core';
import type { Redis } from 'ioredis';
import { redisError } from './connection-error.ts';
import type { RedisAddress } from './connection-url.ts';
import { redisPrefix } from './keys.ts';

const oldest = [6, 2] as const;

/** Does with a key of its own what we do with ours, so that what a user may not do, or the server cannot, is said at once. */
const trial = `
redis.call('SET', KEYS[1], '1', 'PX', 1000)
redis.call('PEXPIRE', KEYS[1], 1000)
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'f', '1')
redis.call('HINCRBY', KEYS[1], 'f', 1)
redis.call('DEL', KEYS[1])
redis.call('ZADD', KEYS[1], 1, 'm')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', 1)
redis.call('XADD', KEYS[1], '*', 'f', '1')
redis.call('XTRIM', KEYS[1], 'MAXLEN', 0)
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], 'm')
redis.call('LREM', KEYS[1], 0, 'm')
return redis.call('TIME')
`;

/**
 * Looks whether this server is one that we can work with: what is wrong with its settings, but not so wrong that nothing works.
 * Rejects with `E_REDIS`.
 */
export async function checkServer(redis: Redis, address: RedisAddress): Promise<readonly string[]> {
  try {
    const info = infoOf(await redis.info());
    refuseOld(info, address);
    await redis.eval(trial, 1, `${redisPrefix}:trial:${randomUUID()}`);
    return warningsOf(info, address);
  } catch (cause) {
    throw redisError(cause, address);
  }
}

function infoOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

function refuseOld(info: ReadonlyMap<string, string>, { name }: RedisAddress): void {
  const version = info.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new TokenstormError(
    'E_REDIS',
    `${name} is of version ${version || 'unknown'}; Tokenstorm needs ${oldest.join('.')} or newer`,
    {
      hint: 'take a newer Redis or Valkey',
    },
  );
}

function warningsOf(info: ReadonlyMap<string, string>, { name }: RedisAddress): readonly string[] {
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  const isBounded = Number(info.get('maxmemory') ?? 0) > 0;
  if (policy === 'noeviction' || !isBounded) return [];
  return [
    `${name} may throw data away when its memory is full (maxmemory-policy ${policy}): set it to noeviction`,
  ];
}
