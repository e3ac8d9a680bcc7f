import type { Redis } from 'ioredis';
import { regionsKey, timeToLiveSeconds, workersKey, workersOutKey } from './keys.ts';
import { regionView } from './fair-share.ts';
import type { RegionView } from './fair-share.ts';
import { redisScript, runScript } from './redis-script.ts';
import { shardQueueKeys } from './shard-keys.ts';

/**
 * One sign of life of a worker, and what it sees of its region; or only the latter, without a sign.
 *
 * Keys: 1 sorted set of the region's workers, 2 of the regions, 3 of what workers stay out of; of the region's queue 4 the list
 * `wait`, 5 `active`, 6 `paused`, 7 the sorted set `prioritized`, 8 `completed`; 9 and more: its other keys.
 *
 * Arguments: 1 id of the worker, 2 region, 3 for how long it counts as alive from now on, ms, 0 for
 * not at all, 4 how long the keys are kept, s; 5 and more: ids of the runs that it stays out of.
 *
 * Reply: how many workers live, the place of this one among them by its id, from 0; then for each run that has unfinished shards
 * its id, how many of them, how many shards there are of it, finished or not, and the ids of the live workers that stay out of it.
 */
const beatScript = redisScript(`
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for key = 1, 3 do redis.call('ZREMRANGEBYSCORE', KEYS[key], '-inf', now) end
  if tonumber(ARGV[3]) > 0 then
    redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
    redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[2])
    for i = 5, #ARGV do redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[i] .. ' ' .. ARGV[1]) end
  end
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[4]) end

  local members, live, rank = redis.call('ZRANGE', KEYS[1], 0, -1), {}, 0
  for _, member in ipairs(members) do
    live[member] = true
    if member < ARGV[1] then rank = rank + 1 end
  end

  local runs, list = {}, {}
  local function runOf(job) return string.match(job, '^(.*)%-%d+$') or job end
  local function count(jobs)
    for _, job in ipairs(jobs) do
      local id = runOf(job)
      if not runs[id] then
        runs[id] = { id, 0, 0 }
        table.insert(list, runs[id])
      end
      runs[id][2] = runs[id][2] + 1
      runs[id][3] = runs[id][3] + 1
    end
  end
  for key = 4, 6 do count(redis.call('LRANGE', KEYS[key], 0, -1)) end
  count(redis.call('ZRANGE', KEYS[7], 0, -1))
  if #list > 0 then
    for _, job in ipairs(redis.call('ZREVRANGE', KEYS[8], 0, 4999)) do
      local run = runs[runOf(job)]
      if run then run[3] = run[3] + 1 end
    end
    for _, out in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
      local id, member = string.match(out, '^(%S+) (.*)$')
      if runs[id] and live[member] then table.insert(runs[id], member) end
    end
  end
  return { #members, rank, list }
`);

/** Runs the script; `livesMs` 0 gives no sign of life. */
export async function runBeat(
  redis: Redis,
  region: string,
  memberId: string,
  livesMs: number,
  staysOutOf: readonly string[] = [],
): Promise<RegionView> {
  const reply = await runScript(
    redis,
    beatScript,
    [workersKey(region), regionsKey, workersOutKey(region), ...shardQueueKeys(region)],
    [memberId, region, livesMs, timeToLiveSeconds.running, ...staysOutOf],
  );
  const [members, rank, runs] = reply as [number, number, [string, number, number, ...string[]][]];
  return regionView(
    { memberId, members, rank },
    runs.map(([runId, unfinished, shards, ...out]) => ({ runId, unfinished, shards, out: out.toSorted() })),
  );
}
