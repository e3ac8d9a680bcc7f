import { redisScript } from './redis-script.ts';

/** KEYS: lock. ARGV: token, lease (ms). 1 while the lock is mine: renewed. */
export const renewAggregation = redisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

/**
 * KEYS: lock, the aggregator's hash, snapshots, and others that must live as long as the run. ARGV: token, lease (ms), id folded
 * last, the id after it, state, time to live (s). 1 while the lock is mine: the state is stored, what is in it forgotten.
 */
export const storeAggregation = redisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('HSET', KEYS[2], 'upToId', ARGV[3], 'state', ARGV[5])
redis.call('XTRIM', KEYS[3], 'MINID', '=', ARGV[4])
for place = 2, #KEYS do
  if redis.call('TTL', KEYS[place]) < tonumber(ARGV[6]) then redis.call('EXPIRE', KEYS[place], ARGV[6]) end
end
return 1
`);

/**
 * KEYS: lock, the shard's hash, alive key of the epoch. ARGV: token, epoch, time to live (s). While the lock is mine and the epoch's
 * worker is unheard of: ends the epoch, and returns the sequence that it stored last. -1 where the worker lives or the epoch has
 * not begun, -2 where the lock is not mine.
 */
export const endEpoch = redisScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -2 end
local shard = redis.call('HMGET', KEYS[2], 'epoch', 'ended:' .. ARGV[2], 'seq:' .. ARGV[2])
if not shard[2] then
  if not shard[1] or tonumber(shard[1]) < tonumber(ARGV[2]) then return -1 end
  if redis.call('EXISTS', KEYS[3]) == 1 then return -1 end
  redis.call('HSET', KEYS[2], 'ended:' .. ARGV[2], '1')
  redis.call('EXPIRE', KEYS[2], ARGV[3])
end
return tonumber(shard[3] or '0')
`);
