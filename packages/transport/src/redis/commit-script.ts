import type { Redis } from 'ioredis';
import type { MetricsSnapshot, ShardCheckpoint } from '@tokenstorm/core';
import type { ShardKeys } from './shard-keys.ts';
import { timeToLiveSeconds } from './keys.ts';
import { redisScript, runScript } from './redis-script.ts';
import { encodeSnapshot } from './snapshot-codec.ts';

/**
 * Stores one snapshot of an epoch, and renews what says that its worker lives.
 *
 * Keys: 1 hash of the shard, 2 lock of its job, 3 `alive` of the epoch, 4 stream of the run's snapshots, 5 hash of the job,
 * 6 hash of the run's iterations.
 *
 * Arguments: 1 token of the lease, 2 epoch, 3 sequence, 4 whether the caller still holds the shard (1 or 0), 5 length of a lease
 * in ms, 6 how long the keys are kept in s, 7 the snapshot, 8 the checkpoint, 9 whether it is final (1 or 0), 10 whether it gives the
 * shard back (1 or 0).
 *
 * Reply: -1 where the epoch was ended, or the run is over: nothing was stored. Else: the sequence stored last before, and
 * 1 where the lock is the caller's, 0 where it is not.
 *
 * The stored sequence is counted by epoch, so that the tail of an old epoch is stored beside the snapshots of the new one. The
 * checkpoint is the latest epoch's only, and stays as it was when that epoch gave the shard back. The lock of a caller that has
 * lost the shard is not renewed.
 *
 * A Redis that has crashed may have forgotten its last second, and with it that an epoch began. Its next commit says so again; where
 * another holder has begun an epoch of the same number meanwhile, the forgotten one counts as ended.
 */
const commitScript = redisScript(`
  local epoch, sequence = ARGV[2], tonumber(ARGV[3])
  local shard = redis.call('HMGET', KEYS[1], 'epoch', 'ended:' .. epoch, 'seq:' .. epoch, 'yielded', 'token')
  if not shard[1] or shard[2] or (shard[1] == epoch and shard[5] ~= ARGV[1]) then return -1 end
  if tonumber(shard[1]) < tonumber(epoch) then
    redis.call('HSET', KEYS[1], 'epoch', epoch, 'token', ARGV[1])
    shard[1] = epoch
  end
  local mine = redis.call('GET', KEYS[2]) == ARGV[1] and 1 or 0
  if mine == 1 and ARGV[4] == '1' then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
  redis.call('SET', KEYS[3], '1', 'PX', ARGV[5])
  local before = tonumber(shard[3] or '0')
  if sequence ~= before + 1 then return { before, mine } end
  redis.call('XADD', KEYS[4], '*', 's', ARGV[7])
  redis.call('HSET', KEYS[1], 'seq:' .. epoch, ARGV[3])
  if shard[1] == epoch and shard[4] ~= epoch then
    redis.call('HSET', KEYS[1], 'checkpoint', ARGV[8], 'final', ARGV[9])
    if ARGV[10] == '1' then redis.call('HSET', KEYS[1], 'yielded', epoch) end
  end
  for _, key in ipairs({ KEYS[1], KEYS[4], KEYS[5], KEYS[6] }) do redis.call('EXPIRE', key, ARGV[6]) end
  return { before, mine }
`);

export interface CommitRequest {
  readonly keys: ShardKeys;
  readonly token: string;
  readonly isHeld: boolean;
  readonly leaseMs: number;
  readonly snapshot: MetricsSnapshot;
  readonly checkpoint: ShardCheckpoint;
}

/** What became of a commit. It was stored where its sequence is the one after `storedBefore`. */
export type CommitReply = 'fenced' | { readonly storedBefore: number; readonly isMine: boolean };

/** Runs the commit script. */
export async function runCommit(redis: Redis, request: CommitRequest): Promise<CommitReply> {
  const { keys, token, isHeld, leaseMs, snapshot, checkpoint } = request;
  const { epoch, sequence } = snapshot;
  const reply = await runScript(
    redis,
    commitScript,
    [keys.shard, keys.lock, keys.alive(epoch), keys.snapshots, keys.job, keys.iterations],
    [
      token,
      epoch,
      sequence,
      isHeld ? 1 : 0,
      leaseMs,
      timeToLiveSeconds.running,
      await encodeSnapshot(snapshot),
      JSON.stringify(checkpoint),
      checkpoint.final ? 1 : 0,
      checkpoint.yielded ? 1 : 0,
    ],
  );
  if (reply === -1) return 'fenced';
  const [storedBefore, mine] = reply as [number, number];
  return { storedBefore, isMine: mine === 1 };
}
