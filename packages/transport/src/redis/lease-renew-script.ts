import type { Redis } from 'ioredis';
import { redisScript, runScript } from './redis-script.ts';
import type { ShardKeys } from './shard-keys.ts';

/**
 * Says that the worker of an epoch lives, and renews its lease where it is held.
 *
 * Keys: 1 hash of the shard, 2 lock of its job, 3 `alive` of the epoch.
 *
 * Arguments: 1 token of the lease, 2 epoch, 3 whether the caller still holds the shard (1 or 0), 4 length of a lease in ms.
 *
 * Reply: -1 where the epoch was ended, or the run is over; 1 where the lock is the caller's, 0 where it is not.
 */
const renewScript = redisScript(`
  local shard = redis.call('HMGET', KEYS[1], 'epoch', 'ended:' .. ARGV[2])
  if not shard[1] or shard[2] then return -1 end
  redis.call('SET', KEYS[3], '1', 'PX', ARGV[4])
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  if ARGV[3] == '1' then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
  return 1
`);

export interface RenewRequest {
  readonly keys: ShardKeys;
  readonly token: string;
  readonly epoch: number;
  readonly isHeld: boolean;
  readonly leaseMs: number;
}

/** Whose the shard is after a renewal; `fenced` where the epoch is over. */
export type RenewReply = 'mine' | 'not-mine' | 'fenced';

/** Runs the renewal script. */
export async function runRenew(redis: Redis, request: RenewRequest): Promise<RenewReply> {
  const { keys, token, epoch, isHeld, leaseMs } = request;
  const reply = await runScript(
    redis,
    renewScript,
    [keys.shard, keys.lock, keys.alive(epoch)],
    [token, epoch, isHeld ? 1 : 0, leaseMs],
  );
  if (reply === -1) return 'fenced';
  return reply === 1 ? 'mine' : 'not-mine';
}
