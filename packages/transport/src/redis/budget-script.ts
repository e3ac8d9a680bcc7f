import type { Redis } from 'ioredis';
import { heldStateLua } from './held-state-lua.ts';
import { timeToLiveSeconds } from './keys.ts';
import { redisScript, runScript } from './redis-script.ts';

/** A holder that is gone is remembered as long as the run: what it used is a part of the sum. */
const forgetMs = 1e15;

/**
 * Tells and asks a run's budget, all in one step.
 *
 * Keys and arguments: as every held state. The request: `BudgetRequest`.
 *
 * `used` and `aside` are sums over all holders, of whom each has said last what it used in all and has set aside now. What a
 * holder that is gone had set aside counts as used, until it comes back. Nothing is given out that would bring both above a limit.
 *
 * Reply: none where the run is over. Else texts: what became of the need (granted, exhausted, later), for how many requests there was
 * more, then by dimension how much a holder may have in stock, what all have used, and what is set aside for requests under way.
 */
const budgetScript = redisScript(`${heldStateLua}
  local function whole(number) return string.format('%.0f', number) end

  if isNew then
    state.doubtUntilMs, state.tightUntilMs, state.used, state.aside, state.stock = 0, 0, {}, {}, {}
    for i in ipairs(request.limits) do state.used[i], state.aside[i], state.stock[i] = 0, 0, 0 end
  end
  -- What it has set aside counts as used (1), or not any more (-1).
  local function countAside(holder, sign)
    for i, amount in ipairs(holder.aside) do
      state.used[i] = state.used[i] + sign * amount
      state.aside[i] = state.aside[i] - sign * amount
      state.stock[i] = state.stock[i] - sign * holder.stock[i]
    end
  end
  sweep(function(holder) countAside(holder, 1) end)
  if mine and mine.gone then countAside(mine, -1) end
  -- What the others used is known again when each of them has told it.
  if hasForgotten or (isNew and request.hasGoneOn) then state.doubtUntilMs = now + leaseMs end

  local before = mine or {}
  mine = { used = request.used, aside = request.aside, stock = {}, gone = before.gone, isCounted = before.isCounted }
  local fits, isHopeless, free = true, false, {}
  for i, limit in ipairs(request.limits) do
    state.used[i] = state.used[i] + request.used[i] - (before.used and before.used[i] or 0)
    state.aside[i] = state.aside[i] + request.aside[i] - (before.aside and before.aside[i] or 0)
    free[i] = limit - state.used[i] - state.aside[i]
    if request.needs then
      fits = fits and request.need[i] - request.stock[i] <= free[i]
      isHopeless = isHopeless or state.used[i] + request.need[i] > limit
    end
  end
  local inDoubt = state.doubtUntilMs > now
  local result = (isHopeless and 'exhausted') or ((inDoubt or not fits) and 'later') or 'granted'
  if request.needs and result ~= 'granted' then state.tightUntilMs = now + 1000 end

  -- Little is left in stocks where others may need it soon, and nothing where they wait for it.
  local isTight = inDoubt or state.tightUntilMs > now
  local holders = math.max(1, state.holders)
  local count, shares, needed, taken = isTight and 0 or request.want, {}, {}, {}
  for i in ipairs(request.limits) do
    needed[i] = request.needs and result == 'granted' and request.need[i] or 0
    taken[i] = math.max(0, needed[i] - request.stock[i])
    free[i] = free[i] - taken[i]
    mine.aside[i], state.aside[i] = mine.aside[i] + taken[i], state.aside[i] + taken[i]
    local spare = request.stock[i] + taken[i] - needed[i]
    shares[i] = isTight and 0 or math.max(0, math.floor((free[i] + spare) / (2 * holders)))
    local each = request.typical[i]
    if each > 0 then count = math.min(count, math.floor((shares[i] - spare) / each)) end
  end
  count = math.max(0, count)
  local reply = { result, whole(count) }
  for i, share in ipairs(shares) do
    local more = count * request.typical[i]
    mine.aside[i], state.aside[i] = mine.aside[i] + more, state.aside[i] + more
    mine.stock[i] = request.stock[i] + more + taken[i] - needed[i]
    state.stock[i] = state.stock[i] + mine.stock[i] - (before.stock and before.stock[i] or 0)
    for _, amount in ipairs({ share, state.used[i], state.aside[i] - state.stock[i] }) do
      table.insert(reply, whole(amount))
    end
  end
  return store(reply)
`);

/** What a holder tells and asks. Lists are whole amounts by dimension, in one order for all holders. */
export interface BudgetRequest {
  readonly holder: string;
  readonly number: number;
  /** The holder has set nothing aside any more, and is none of those who share from now on. */
  readonly leaves: boolean;
  /** The run has been going on: a budget that is not known any more was partly used. */
  readonly hasGoneOn: boolean;
  readonly limits: readonly number[];
  /** By this holder, in all. */
  readonly used: readonly number[];
  /** By this holder, for requests under way and in stock. */
  readonly aside: readonly number[];
  /** The part of it that is for no request yet. */
  readonly stock: readonly number[];
  readonly needs: boolean;
  /** What the next request needs, of what is in stock first. */
  readonly need: readonly number[];
  /** For so many requests more, of the typical kind, where there is enough. */
  readonly want: number;
  readonly typical: readonly number[];
}

export interface BudgetReply {
  /** What became of the need. */
  readonly result: 'granted' | 'exhausted' | 'later';
  /** For so many of the requests that were wanted. */
  readonly count: number;
  /** What a holder may have in stock. */
  readonly share: readonly number[];
  /** By all holders. */
  readonly used: readonly number[];
  /** For requests of all holders. */
  readonly reserved: readonly number[];
}

/** Runs the script; resolves to nothing where the run is over. */
export async function runBudget(
  redis: Redis,
  keys: { readonly budget: string; readonly report: string },
  leaseMs: number,
  request: BudgetRequest,
): Promise<BudgetReply | undefined> {
  const values = [JSON.stringify(request), leaseMs, forgetMs, timeToLiveSeconds.running];
  const reply = (await runScript(redis, budgetScript, [keys.budget, keys.report], values)) as string[];
  if (reply.length === 0) return undefined;
  const [result, count, ...figures] = reply;
  const every = (offset: number) =>
    figures.filter((_, place) => place % 3 === offset).map((figure) => Number(figure));
  return {
    result: result as BudgetReply['result'],
    count: Number(count),
    share: every(0),
    used: every(1),
    reserved: every(2),
  };
}
