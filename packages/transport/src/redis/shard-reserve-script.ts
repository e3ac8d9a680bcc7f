import type { Redis } from 'ioredis';
import type { IterationRange, IterationRequest } from '@tokenstorm/core';
import { timeToLiveSeconds } from './keys.ts';
import { redisScript, runScript } from './redis-script.ts';
import type { ShardKeys } from './shard-keys.ts';

/**
 * Takes iterations of a counter of the run for one load of a shard.
 *
 * Keys: 1 hash of the shard, 2 lock of its job, 3 hash of the run's iterations.
 *
 * Arguments: 1 token of the lease, 2 key of the load, 3 name of the counter, 4 how many are wanted, 5 the limit, -1 for none,
 * 6 number of this request: a request that is sent twice because its answer got lost is answered as it was,
 * 7 how long the iterations are kept, s.
 *
 * Reply: the first number and the count; -1 where the lock is not the caller's.
 */
const reserveScript = redisScript(`
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return -1 end
  local request = ARGV[1] .. ' ' .. ARGV[6]
  local answered = redis.call('HMGET', KEYS[1], 'draw', 'draw-first', 'draw-count')
  if answered[1] == request then return { tonumber(answered[2]), tonumber(answered[3]) } end
  local first = tonumber(redis.call('HGET', KEYS[3], ARGV[3]) or '0')
  local count, limit = tonumber(ARGV[4]), tonumber(ARGV[5])
  if limit >= 0 then count = math.max(0, math.min(count, limit - first)) end
  if count > 0 then
    redis.call('HINCRBY', KEYS[3], ARGV[3], count)
    redis.call('EXPIRE', KEYS[3], ARGV[7])
    redis.call('HINCRBY', KEYS[1], 'reserved:' .. ARGV[2], count)
  end
  redis.call('HSET', KEYS[1], 'draw', request, 'draw-first', first, 'draw-count', count)
  return { first, count }
`);

export interface ReserveRequest extends IterationRequest {
  readonly keys: ShardKeys;
  readonly token: string;
  /** Of this lease's requests, from 1 on. */
  readonly requestNumber: number;
}

/** Runs the reservation script; `not-mine` where the shard is somebody else's by now, or nobody's. */
export async function runReserve(
  redis: Redis,
  request: ReserveRequest,
): Promise<IterationRange | 'not-mine'> {
  const { keys, token, loadKey, counter, wanted, limit, requestNumber } = request;
  const reply = await runScript(
    redis,
    reserveScript,
    [keys.shard, keys.lock, keys.iterations],
    [
      token,
      loadKey,
      counter,
      wanted,
      Number.isFinite(limit) ? limit : -1,
      requestNumber,
      timeToLiveSeconds.running,
    ],
  );
  if (reply === -1) return 'not-mine';
  const [first, count] = reply as [number, number];
  return { first, count };
}
