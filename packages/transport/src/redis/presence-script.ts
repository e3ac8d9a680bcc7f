import type { Redis } from 'ioredis';
import { regionsKey, timeToLiveSeconds, workersKey } from './keys.ts';
import type { RegionView } from './fair-share.ts';
import { redisScript, runScript } from './redis-script.ts';
import { shardQueueKeys } from './shard-keys.ts';

/**
 * One sign of life of a worker, and what it sees of its region; or only the latter, without a sign.
 *
 * Keys: 1 sorted set of the region's workers, 2 of the regions; of the region's queue 3 the list `wait`, 4 `active`, 5 `paused`,
 * 6 the sorted set `prioritized`, 7 `completed`; 8 and more: its other keys.
 *
 * Arguments: 1 id of the worker, 2 region, 3 for how long it counts as alive from now on, ms, 0 for
 * not at all, 4 how long the keys are kept, s.
 *
 * Reply: how many workers live, the place of this one among them by its id, from 0, how many shards are unfinished, how many
 * there are of the runs that have such, and the ids of those runs.
 */
const beatScript = redisScript(`
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  if tonumber(ARGV[3]) > 0 then
    redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
    redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[2])
  end
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[4]) end

  local members, rank = redis.call('ZRANGE', KEYS[1], 0, -1), 0
  for _, member in ipairs(members) do
    if member < ARGV[1] then rank = rank + 1 end
  end

  local runs, names, unfinished = {}, {}, 0
  local function count(jobs)
    for _, job in ipairs(jobs) do
      local run = string.match(job, '^(.*)%-%d+$') or job
      if not runs[run] then
        runs[run] = true
        table.insert(names, run)
      end
      unfinished = unfinished + 1
    end
  end
  for list = 3, 5 do count(redis.call('LRANGE', KEYS[list], 0, -1)) end
  count(redis.call('ZRANGE', KEYS[6], 0, -1))
  local all = unfinished
  if unfinished > 0 then
    for _, job in ipairs(redis.call('ZREVRANGE', KEYS[7], 0, 4999)) do
      if runs[string.match(job, '^(.*)%-%d+$') or job] then all = all + 1 end
    end
  end
  return { #members, rank, unfinished, all, names }
`);

/** Runs the script. */
export async function runBeat(
  redis: Redis,
  region: string,
  memberId: string,
  livesMs: number,
): Promise<RegionView> {
  const reply = await runScript(
    redis,
    beatScript,
    [workersKey(region), regionsKey, ...shardQueueKeys(region)],
    [memberId, region, livesMs, timeToLiveSeconds.running],
  );
  const [members, rank, unfinished, ofUnfinishedRuns, unfinishedRuns] = reply as [
    number,
    number,
    number,
    number,
    string[],
  ];
  return { members, rank, unfinished, ofUnfinishedRuns, unfinishedRuns };
}
