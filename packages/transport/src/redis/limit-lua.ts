import { heldStateLua } from './held-state-lua.ts';

/**
 * Tells and asks a set of token buckets, all in one step.
 *
 * Keys: as every held state; 3 the set of the keys of the run's bucket sets. The request: `LimitRequest`.
 *
 * A bucket has a level, and `out`, what its holders have and have not used as far as is known. Level and `out` together are
 * never above its capacity: so in no window is more used than the rate times its length and one capacity, whoever dies or freezes.
 * The level may be below 0: then so much was given out before it is there, and whoever has it waits for it.
 *
 * A bucket that is full does not refill. Where it was full only because nobody had said yet what was used, `fullAtMs` says since when,
 * and it gets what it has missed since the use.
 *
 * What is given out before it is there relies on the bucket refilling meanwhile, which it does not while others sit on as much as it
 * holds. So that is bounded: what may be kept for any time (`steady`) leaves room for the largest request. Whoever has more
 * hurries: it uses a permit when it is there, or asks again.
 *
 * Reply: none where the run is over. Else texts: whether what the holder had is forfeited (1 or 0), whether what it has hurries, for
 * how many requests there was more, then by dimension: leased, ms until all that was given out is there, and the rate.
 */
export const limitLua = `${heldStateLua}
  local never = 1e15

  local function roomOf(bucket)
    local doubt = state.doubtUntilMs > now and bucket.capacity / 2 or 0
    return bucket.capacity - bucket.out - doubt
  end

  local function refill(bucket)
    local room = roomOf(bucket)
    local level = bucket.level + math.max(0, now - state.atMs) * bucket.perMs
    if level < room then
      bucket.fullAtMs = 0
    elseif bucket.fullAtMs == 0 then
      bucket.fullAtMs = math.max(state.atMs, now - (level - room) / bucket.perMs)
    end
    bucket.level = math.min(room, level)
  end

  -- So much of what it had was used, the last of it so many ms ago.
  local function use(bucket, amount, agoMs)
    bucket.out = math.max(0, bucket.out - amount)
    if bucket.fullAtMs == 0 then return end
    local missed = (now - math.max(bucket.fullAtMs, now - agoMs)) * bucket.perMs
    bucket.level = bucket.level + math.min(amount, missed)
    bucket.fullAtMs = missed < amount and 0 or now
  end

  local function grow(bucket, amount)
    bucket.largest = math.max(bucket.largest, amount)
    if amount <= bucket.capacity then return end
    bucket.level = bucket.level + amount - bucket.capacity
    bucket.capacity = amount
  end

  local function slowDown(bucket, perMs)
    if perMs < 0 or perMs >= bucket.perMs then return end
    bucket.perMs = perMs
    bucket.capacity = math.max(perMs * request.burstMs, bucket.largest)
  end

  -- Ms until all that was given out is there. Where more is out than fits into the bucket, it may stand still meanwhile: what comes
  -- after others then comes when they have had their turns, and nothing comes earlier than it was promised.
  local function clearInMs(bucket, leased)
    local waitMs = math.max(0, -bucket.level) / bucket.perMs
    if waitMs > 0 and bucket.out > bucket.capacity + 1e-9 then
      waitMs = leased > 0 and math.max(waitMs, bucket.clearAtMs - now + leased / bucket.perMs) or never
    end
    if leased > 0 then bucket.clearAtMs = now + waitMs end
    return waitMs
  end

  -- What it holds counts as used.
  local function drop(holder)
    for i, bucket in ipairs(state.buckets) do
      bucket.out = math.max(0, bucket.out - holder.held[i])
      if holder.isSteady then bucket.steady = math.max(0, bucket.steady - holder.held[i]) end
    end
  end

  if isNew then
    state.atMs, state.doubtUntilMs, state.buckets = now, 0, {}
    redis.call('SADD', KEYS[3], KEYS[1])
    for i, perMs in ipairs(request.perMs) do
      local capacity = perMs * request.burstMs
      local level = request.hasGoneOn and 0 or capacity
      state.buckets[i] = { perMs = perMs, capacity = capacity, level = level, out = 0, steady = 0, largest = 0 }
      state.buckets[i].fullAtMs, state.buckets[i].clearAtMs = 0, 0
    end
  end
  sweep(drop)
  if (hasForgotten or (isNew and request.hasGoneOn)) and state.doubtUntilMs <= now then
    -- What the others hold and were promised is not known until each of them has had the time to lose it.
    state.doubtUntilMs = now + leaseMs
    for _, bucket in ipairs(state.buckets) do bucket.level = math.min(0, bucket.level) - bucket.capacity / 2 end
  end
  local isForfeited = request.number > 1 and (hasForgotten or mine.gone)
  if not mine or mine.gone or hasForgotten then
    -- What an older memory of it says was given out to it is its part of the doubt now.
    if mine and not mine.gone then drop(mine) end
    mine = { held = {}, isSteady = false, isCounted = mine and mine.isCounted, gone = mine and mine.gone }
    for i in ipairs(state.buckets) do mine.held[i] = 0 end
  end

  local held, leased, room = {}, {}, {}
  for i, bucket in ipairs(state.buckets) do
    refill(bucket)
    if mine.isSteady then bucket.steady = math.max(0, bucket.steady - mine.held[i]) end
    held[i] = math.min(mine.held[i], request.held[i])
    use(bucket, mine.held[i] - held[i], request.usedAgoMs)
    local lost = hasForgotten and request.held[i] or 0
    local back = isForfeited and 0 or request.back[i]
    bucket.level = math.min(roomOf(bucket), bucket.level - request.charge[i] - lost + back)
    slowDown(bucket, request.slowPerMs[i])
    bucket.level = math.min(roomOf(bucket), bucket.level)
    if request.left[i] >= 0 then bucket.level = math.min(bucket.level, request.left[i] - bucket.out) end
    leased[i] = 0
    if request.needs then
      grow(bucket, request.need[i])
      leased[i] = math.max(0, request.need[i] - held[i])
      bucket.level, bucket.out = bucket.level - leased[i], bucket.out + leased[i]
    end
    room[i] = bucket.capacity - bucket.largest - bucket.steady - held[i] - leased[i]
  end

  -- More than is needed: little where the buckets are scarce, a share of what is there above their middle where they are not.
  local count, holders = request.want, math.max(1, state.holders)
  for i, bucket in ipairs(state.buckets) do
    local each = request.typical[i]
    if each > 0 then
      local have = held[i] + leased[i] - (request.needs and request.need[i] or 0)
      local above = bucket.level - bucket.capacity / 2
      local share = math.max(bucket.perMs * request.batchMs / holders - have, above / holders)
      if above >= each then share = math.max(share, each) end
      share = math.min(share, room[i])
      count = math.min(count, math.floor(share / each + 1e-9))
    end
  end
  count = math.max(0, count)
  state.atMs = now
  local reply = {}
  mine.isSteady = true
  for i, bucket in ipairs(state.buckets) do
    local more = count * request.typical[i]
    leased[i] = leased[i] + more
    bucket.level, bucket.out = bucket.level - more, bucket.out + more
    mine.held[i] = held[i] + leased[i]
    for _, number in ipairs({ leased[i], clearInMs(bucket, leased[i]), bucket.perMs }) do
      table.insert(reply, exact(number))
    end
    if room[i] - more < -1e-9 then mine.isSteady = false end
  end
  if mine.isSteady then
    for i, bucket in ipairs(state.buckets) do bucket.steady = bucket.steady + mine.held[i] end
  end
  return store({ isForfeited and '1' or '0', mine.isSteady and '0' or '1', tostring(count), unpack(reply) })
`;
