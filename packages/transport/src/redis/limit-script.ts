import type { Redis } from 'ioredis';
import { timeToLiveSeconds } from './keys.ts';
import { limitLua } from './limit-lua.ts';
import { redisScript, runScript } from './redis-script.ts';

const limitScript = redisScript(limitLua);

/** What a holder tells and asks. Lists are by dimension, in one order for all holders; rates are per ms. */
export interface LimitRequest {
  readonly holder: string;
  readonly number: number;
  /** The holder gives up its place: it holds nothing any more. */
  readonly leaves: boolean;
  /** The run has been going on: buckets that are not known any more begin empty. */
  readonly hasGoneOn: boolean;
  readonly perMs: readonly number[];
  readonly burstMs: number;
  /** Of what it holds: what it has not used. */
  readonly held: readonly number[];
  /** Since when nothing of it was used, ms. */
  readonly usedAgoMs: number;
  /** To be charged for what was sent; below 0: to come back. */
  readonly charge: readonly number[];
  /** Of what it held before: what it gives back unused. It counts as used where that was forfeited meanwhile. */
  readonly back: readonly number[];
  /** Rates that the server stated; -1 for none. */
  readonly slowPerMs: readonly number[];
  /** What the server said is left of all that was not used; -1 for nothing said. */
  readonly left: readonly number[];
  /** Whether `need` counts: it is given out in any case, if need be before it is there. */
  readonly needs: boolean;
  /** What the next request takes, of what is held first. */
  readonly need: readonly number[];
  /** For so many requests more, of the typical kind, where there is enough. */
  readonly want: number;
  readonly typical: readonly number[];
  /** So many ms of a holder's share of the rate may be given out ahead even where there is not enough. */
  readonly batchMs: number;
}

export interface LimitReply {
  readonly isForfeited: boolean;
  /** What is held is to be used as soon as it is there, or to be asked for again. */
  readonly hurries: boolean;
  /** For so many of the requests that were wanted. */
  readonly count: number;
  readonly amounts: readonly number[];
  readonly clearInMs: readonly number[];
  readonly perMs: readonly number[];
}

export interface LimitKeys {
  /** Hash of the bucket set. */
  readonly buckets: string;
  /** Set of the run's bucket sets. */
  readonly index: string;
  readonly report: string;
}

export interface HolderTimes {
  readonly leaseMs: number;
  /** For how long a holder that is gone is remembered. */
  readonly forgetMs: number;
}

/** Runs the script; resolves to nothing where the run is over. */
export async function runLimit(
  redis: Redis,
  { buckets, index, report }: LimitKeys,
  { leaseMs, forgetMs }: HolderTimes,
  request: LimitRequest,
): Promise<LimitReply | undefined> {
  const values = [JSON.stringify(request), leaseMs, forgetMs, timeToLiveSeconds.running];
  const reply = (await runScript(redis, limitScript, [buckets, report, index], values)) as string[];
  if (reply.length === 0) return undefined;
  const [forfeited, hurries, count, ...figures] = reply;
  const every = (offset: number) =>
    figures.filter((_, place) => place % 3 === offset).map((figure) => Number(figure));
  return {
    isForfeited: forfeited === '1',
    hurries: hurries === '1',
    count: Number(count),
    amounts: every(0),
    clearInMs: every(1),
    perMs: every(2),
  };
}
