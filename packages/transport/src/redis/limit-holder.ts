import { randomUUID } from 'node:crypto';
import { TokenstormError } from '@tokenstorm/core';
import type {
  LimitAmounts,
  LimitBuckets,
  LimitDimension,
  LimitGrant,
  ObservedLimits,
} from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { LimitAhead } from './limit-ahead.ts';
import { LimitLease, limitLeaseMs } from './limit-lease.ts';
import { runLimit } from './limit-script.ts';
import type { LimitKeys, LimitReply, LimitRequest } from './limit-script.ts';
import { LimitTidings } from './limit-tidings.ts';
import { RoundTrips } from './round-trips.ts';
import type { RoundTripper, RoundTripWay, SentAt } from './round-trips.ts';

const renewAfterMs = 1000;
/** What was told is known for so long that an answer to a request sent twice is the same; longer than Redis may be away. */
const forgetAfterGiveUpMs = 60_000;
/** So long is asked for at once where the buckets are scarce, in ms of this process's share of the rate. */
const batchMs = 150;
/** What others have given back may be there after so long without an answer from Redis. */
const answerIsOldMs = 200;

interface Ask {
  readonly amounts: readonly number[];
  readonly askedMs: number;
  readonly resolve: (grant: LimitGrant) => void;
  readonly reject: (cause: unknown) => void;
}

export interface LimitHolderParts extends RoundTripWay {
  readonly keys: LimitKeys;
  readonly buckets: LimitBuckets;
}

/**
 * One bucket set in Redis, as this process uses it: a stock of permits, leased in batches ahead of the requests that need them, and
 * trips to Redis for more, which tell what was settled as well.
 */
export class LimitHolder implements RoundTripper<LimitRequest> {
  readonly #parts: LimitHolderParts;
  readonly #dimensions: readonly LimitDimension[];
  readonly #perMs: readonly number[];
  readonly #stock: LimitLease;
  readonly #ahead: LimitAhead;
  readonly #tidings: LimitTidings;
  readonly #trips: RoundTrips<LimitRequest>;
  readonly #asks: Ask[] = [];
  readonly #madeAtMs = systemClock.nowMs();
  #holder: string = randomUUID();
  #number = 0;
  #isKnown = false;
  /** The lowest rates that Redis has named. */
  #namedPerMs: readonly number[];
  #usedAtMs = -Infinity;
  #sentAtMs = -Infinity;
  #answeredAtMs = -Infinity;
  #failure: unknown;
  /** Resolved once what a closed holder had is given back. */
  readonly #left = Promise.withResolvers<void>();

  constructor(parts: LimitHolderParts) {
    const { perMinute } = parts.buckets;
    this.#parts = parts;
    this.#dimensions = (Object.keys(perMinute) as LimitDimension[]).toSorted();
    this.#perMs = this.#dimensions.map((dimension) => (perMinute[dimension] ?? 0) / 60_000);
    this.#namedPerMs = this.#perMs;
    this.#ahead = new LimitAhead(this.#dimensions.length);
    this.#tidings = new LimitTidings(this.#dimensions.length);
    this.#stock = new LimitLease(this.#dimensions.length, (amounts, nowMs) =>
      this.#tidings.giveBack(amounts, nowMs),
    );
    this.#trips = new RoundTrips(parts, this);
  }

  /** Whether it holds nothing and has nothing to tell, or nobody to tell it to any more. */
  get isIdle(): boolean {
    if (this.#trips.isOver) return true;
    const isTold = this.#tidings.dueMs === Infinity && !this.#trips.isUnderWay;
    return isTold && this.#asks.length === 0 && this.#stock.isEmpty;
  }

  take(amounts: LimitAmounts): Promise<LimitGrant> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const asked = this.#listed(amounts);
    const askedMs = systemClock.nowMs();
    this.#ahead.asked(askedMs);
    const grant = this.#asks.length === 0 ? this.#fromStock(asked, askedMs) : undefined;
    if (grant !== undefined) {
      this.#trips.plan();
      return Promise.resolve(grant);
    }
    const { promise, resolve, reject } = Promise.withResolvers<LimitGrant>();
    this.#asks.push({ amounts: asked, askedMs, resolve, reject });
    this.#trips.plan();
    return promise;
  }

  /** A debt is paid out of the stock first. */
  settle(amounts: LimitAmounts): void {
    const rest = this.#stock.pay(this.#listed(amounts));
    this.#tidings.charge(rest, systemClock.nowMs());
    this.#trips.plan();
  }

  /** Resolves when Redis has it. What this process holds ahead is given up for it as far as it is above what remains. */
  lower({ perMinute, remaining }: ObservedLimits): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const nowMs = systemClock.nowMs();
    this.#stock.giveBackComing(nowMs);
    const left = this.#dimensions.map((dimension) => remaining[dimension] ?? Infinity);
    this.#stock.keep(left);
    const rates = this.#dimensions.map((dimension) => (perMinute[dimension] ?? Infinity) / 60_000);
    const told = this.#tidings.lower(rates, left, nowMs);
    this.#trips.plan();
    return told;
  }

  /** Nobody is granted anything any more. Resolves when the stock is given back; never where Redis is away. */
  async close(cause: unknown): Promise<void> {
    this.#ahead.stop();
    this.#refuseAll(cause);
    if (this.isIdle) return this.#trips.end();
    this.#trips.plan();
    await this.#left.promise;
  }

  dueMs(): number {
    if (this.#asks.length > 0 || this.#failure !== undefined || this.#wantsAhead()) return -Infinity;
    const renewedMs = this.#stock.isEmpty ? Infinity : this.#renewMs();
    return Math.min(this.#tidings.dueMs, renewedMs);
  }

  compose(): LimitRequest {
    const nowMs = systemClock.nowMs();
    const leaves = this.#asks.length === 0 && nowMs >= this.#ahead.idleAtMs;
    if (leaves) this.#stock.giveBackAll(nowMs);
    // What was left for too long goes back.
    else this.#stock.waitMs(this.#stock.amounts, nowMs);
    const [first] = this.#asks;
    const need = first?.amounts ?? this.#dimensions.map(() => 0);
    const typical = this.#ahead.typical(need);
    const spare = this.#stock.amounts.map((amount, place) => Math.max(0, amount - (need[place] ?? 0)));
    this.#number += 1;
    this.#sentAtMs = nowMs;
    return {
      holder: this.#holder,
      number: this.#number,
      leaves,
      hasGoneOn: this.#isKnown || this.#parts.connection.connectedSinceMs > this.#madeAtMs,
      perMs: this.#perMs,
      burstMs: this.#parts.buckets.burstSeconds * 1000,
      held: this.#stock.amounts,
      usedAgoMs: Math.min(nowMs - this.#usedAtMs, 1e9),
      needs: first !== undefined,
      need,
      want: leaves ? 0 : this.#ahead.wanted(spare, typical, this.#asks.length, nowMs),
      typical,
      batchMs,
      ...this.#tidings.tell(nowMs),
    };
  }

  send(request: LimitRequest): Promise<LimitReply | undefined> {
    const { connection, keys, giveUpMs } = this.#parts;
    const forgetMs = giveUpMs + forgetAfterGiveUpMs;
    return runLimit(connection.commands, keys, { leaseMs: limitLeaseMs, forgetMs }, request);
  }

  apply(reply: LimitReply | undefined, request: LimitRequest, sent: SentAt): void {
    const nowMs = systemClock.nowMs();
    this.#answeredAtMs = nowMs;
    this.#isKnown = true;
    if (reply === undefined) this.#endWithTheRun();
    else if (request.leaves) this.#leave();
    else this.#receive(reply, request, sent, nowMs);
    this.#tidings.arrived();
    this.#serve(nowMs);
  }

  fail(cause: unknown): void {
    this.#stock.end();
    this.#refuseAll(cause);
    this.#tidings.fail(cause);
    this.#left.resolve();
  }

  /** Whoever settles later tells nobody. */
  #endWithTheRun(): void {
    this.#trips.end();
    this.fail(runIsOver());
  }

  #receive(reply: LimitReply, request: LimitRequest, sent: SentAt, nowMs: number): void {
    this.#stock.receive(reply, sent, nowMs);
    this.#ahead.learn(reply, request, nowMs - sent.nowMs);
    if (reply.perMs.some((rate, place) => rate < (this.#namedPerMs[place] ?? 0))) {
      this.#namedPerMs = reply.perMs;
      // It was promised at a rate that no longer counts.
      if (!request.needs) this.#stock.giveBackComing(nowMs);
    }
  }

  /** The next one who asks here is a new holder. */
  #leave(): void {
    this.#stock.end();
    this.#holder = randomUUID();
    this.#number = 0;
    if (this.#failure === undefined) return;
    this.#trips.end();
    this.#left.resolve();
  }

  #fromStock(asked: readonly number[], nowMs: number): LimitGrant | undefined {
    const waitMs = this.#stock.waitMs(asked, nowMs);
    if (waitMs === Infinity) return undefined;
    if (waitMs > 0) return this.#mayHaveComeEarlier(nowMs) ? undefined : this.#refusal(waitMs, nowMs);
    this.#use(asked, nowMs);
    return { granted: true, overdueMs: waitMs === -Infinity ? 0 : Math.abs(waitMs) };
  }

  #mayHaveComeEarlier(nowMs: number): boolean {
    return this.#tidings.givesBack || nowMs - this.#answeredAtMs > answerIsOldMs;
  }

  /** To those who wait, in their order. Their way to Redis and back was a part of their wait. */
  #serve(nowMs: number): void {
    for (let ask = this.#asks[0]; ask !== undefined; ask = this.#asks[0]) {
      const waitMs = this.#stock.waitMs(ask.amounts, nowMs);
      if (waitMs === Infinity) return;
      this.#asks.shift();
      if (waitMs > 0) {
        ask.resolve(this.#refusal(waitMs, nowMs));
      } else {
        this.#use(ask.amounts, nowMs);
        ask.resolve({ granted: true, overdueMs: Math.min(0, ask.askedMs - nowMs) });
      }
    }
  }

  #refusal(retryInMs: number, nowMs: number): LimitGrant {
    this.#ahead.awaited(nowMs + retryInMs);
    return { granted: false, retryInMs };
  }

  #use(amounts: readonly number[], nowMs: number): void {
    this.#stock.use(amounts);
    this.#tidings.used(amounts);
    this.#ahead.used(amounts, nowMs);
    this.#usedAtMs = nowMs;
  }

  #wantsAhead(): boolean {
    if (!this.#isKnown || this.#failure !== undefined) return false;
    return this.#ahead.isLow(this.#stock.amounts, systemClock.nowMs());
  }

  #renewMs(): number {
    return Math.min(this.#sentAtMs + renewAfterMs, Math.max(this.#ahead.idleAtMs, this.#sentAtMs));
  }

  #refuseAll(cause: unknown): void {
    this.#failure = cause;
    for (const { reject } of this.#asks.splice(0)) reject(cause);
  }

  #listed(amounts: LimitAmounts): readonly number[] {
    return this.#dimensions.map((dimension) => amounts[dimension] ?? 0);
  }
}

function runIsOver(): TokenstormError {
  return new TokenstormError('E_INTERNAL', 'the run is over: its limits are not kept any more');
}
