/**
 * Beginning of each script over a state of which several processes hold parts. Reads the state and what the asking holder had, and
 * ends the script where this very request was answered before, or its run is over. The rest of the script ends with `return store(reply)`.
 *
 * Keys: 1 hash with the field `state` and one for each holder; 2 the run's report.
 *
 * Arguments: 1 the request as JSON, with `holder` and its `number`, which counts from 1; 2 length of a lease, ms; 3 for how long a
 * holder that is gone is remembered, ms; 4 how long the keys are kept, s.
 *
 * Of a holder: `number` and `reply` of its last request, `untilMs` when its lease ends, `gone` when it has, or it has left.
 */
export const heldStateLua = `
  local request = cjson.decode(ARGV[1])
  local leaseMs, forgetMs, ttl = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  local field = 'holder:' .. request.holder
  local stored = redis.call('HMGET', KEYS[1], 'state', field)
  local mine = stored[2] and cmsgpack.unpack(stored[2])
  if mine and mine.number >= request.number then return mine.reply end
  if not stored[1] and redis.call('EXISTS', KEYS[2]) == 1 then return {} end
  local isNew = not stored[1]
  local state = stored[1] and cmsgpack.unpack(stored[1]) or { sweepAtMs = 0, holders = 0 }
  -- Redis does not remember this holder's last request: it lost its data, or those of its last second.
  local hasForgotten = request.number > 1 and not (mine and mine.number == request.number - 1)
  local mustExpire = false

  -- Ends the leases that have run out; onGone is told of each.
  local function sweep(onGone)
    if now < state.sweepAtMs then return end
    state.sweepAtMs, state.holders, mustExpire = now + 250, 0, true
    local fields = redis.call('HGETALL', KEYS[1])
    for i = 1, #fields, 2 do
      if fields[i] ~= 'state' then
        local holder = fields[i] == field and mine or cmsgpack.unpack(fields[i + 1])
        if not holder.gone and holder.untilMs > now then
          state.holders = state.holders + 1
        elseif not holder.gone then
          onGone(holder)
          holder.gone = true
          redis.call('HSET', KEYS[1], fields[i], cmsgpack.pack(holder))
        elseif holder.untilMs + forgetMs <= now and holder ~= mine then
          redis.call('HDEL', KEYS[1], fields[i])
        end
      end
    end
  end

  local function store(reply)
    if not mine.isCounted or mine.gone then state.holders = state.holders + 1 end
    mine.isCounted, mine.gone = true, request.leaves
    if request.leaves then state.holders = state.holders - 1 end
    mine.number, mine.reply, mine.untilMs = request.number, reply, now + leaseMs
    redis.call('HSET', KEYS[1], 'state', cmsgpack.pack(state), field, cmsgpack.pack(mine))
    if mustExpire then
      for _, key in ipairs(KEYS) do
        if key ~= KEYS[2] then redis.call('EXPIRE', key, ttl) end
      end
    end
    return reply
  end

  local function exact(number) return string.format('%.17g', number) end
`;
