import type { Redis } from 'ioredis';
import type { ShardCheckpoint } from '@tokenstorm/core';
import { timeToLiveSeconds } from './keys.ts';
import { redisScript, runScript } from './redis-script.ts';
import type { ShardKeys } from './shard-keys.ts';

/**
 * Begins the next epoch of a shard whose job was just fetched.
 *
 * Keys: 1 hash of the shard, 2 lock of its job, 3 the run's report, 4 hash of the job, 5 hash of the run's iterations.
 *
 * Arguments: 1 token of the lease, 2 length of a lease in ms, 3 how long the keys are kept in s, 4 start of the `alive` keys of
 * the shard's epochs, which lie in the same slot as the others.
 *
 * Reply: 0 where the lock is not the caller's; -1 where nothing is left to be done: the shard's last snapshot was committed, or the
 * run is over. Else: the epoch, the checkpoint ('' without one), and by turns the names and numbers of `reserved:<loadKey>`.
 * A request that is sent twice because its answer got lost begins one epoch.
 */
const takeScript = redisScript(`
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  if redis.call('EXISTS', KEYS[3]) == 1 or redis.call('HGET', KEYS[1], 'final') == '1' then return -1 end
  if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
    redis.call('HINCRBY', KEYS[1], 'epoch', 1)
    redis.call('HSET', KEYS[1], 'token', ARGV[1])
  end
  local reply, fields = { 0, '' }, redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    if fields[i] == 'epoch' then reply[1] = fields[i + 1]
    elseif fields[i] == 'checkpoint' then reply[2] = fields[i + 1]
    elseif string.sub(fields[i], 1, 9) == 'reserved:' then
      table.insert(reply, string.sub(fields[i], 10))
      table.insert(reply, fields[i + 1])
    end
  end
  redis.call('SET', ARGV[4] .. reply[1], '1', 'PX', ARGV[2])
  for _, key in ipairs({ KEYS[1], KEYS[4], KEYS[5] }) do redis.call('EXPIRE', key, ARGV[3]) end
  return reply
`);

/** What a shard's new holder starts from. */
export interface TakenShard {
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly reserved: Readonly<Record<string, number>>;
}

/** Runs the script: `not-mine` where the job has got lost again, `over` where nothing is left to be done. */
export async function runTake(
  redis: Redis,
  keys: ShardKeys,
  token: string,
  leaseMs: number,
): Promise<TakenShard | 'not-mine' | 'over'> {
  const reply = await runScript(
    redis,
    takeScript,
    [keys.shard, keys.lock, keys.report, keys.job, keys.iterations],
    [token, leaseMs, timeToLiveSeconds.running, keys.alivePrefix],
  );
  if (reply === 0) return 'not-mine';
  if (reply === -1) return 'over';
  const [epoch, checkpoint, ...reserved] = reply as [string, string, ...string[]];
  return {
    epoch: Number(epoch),
    ...(checkpoint !== '' && { checkpoint: JSON.parse(checkpoint) as ShardCheckpoint }),
    reserved: numbersByName(reserved),
  };
}

function numbersByName(namesAndNumbers: readonly string[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (let place = 0; place < namesAndNumbers.length; place += 2)
    numbers[namesAndNumbers[place] as string] = Number(namesAndNumbers[place + 1]);
  return numbers;
}
