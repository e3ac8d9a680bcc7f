import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script that Redis runs as one step. It is sent whole only where Redis does not have it yet. */
export interface RedisScript {
  readonly lua: string;
  readonly sha1: string;
}

export function redisScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

/** Runs a script on these keys; resolves to what it returns, texts as strings. */
export async function runScript(
  redis: Redis,
  { lua, sha1 }: RedisScript,
  keys: readonly string[],
  values: readonly (string | number | Buffer)[] = [],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha1, keys.length, ...keys, ...values);
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.startsWith('NOSCRIPT')) throw cause;
    return await redis.eval(lua, keys.length, ...keys, ...values);
  }
}
