import { randomUUID } from 'node:crypto';
import { TokenstormError } from '@tokenstorm/core';
import type { BudgetAmounts, BudgetDimension, BudgetGrant, BudgetState } from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { runBudget } from './budget-script.ts';
import type { BudgetReply, BudgetRequest } from './budget-script.ts';
import { BudgetStock } from './budget-stock.ts';
import { Demand } from './demand.ts';
import { requestsIn } from './limit-stock.ts';
import { RoundTrips } from './round-trips.ts';
import type { RoundTripper, RoundTripWay, SentAt } from './round-trips.ts';

/** What a process that is not heard of for so long has set aside counts as used. */
const leaseMs = 10_000;
/** Of what is under way, and of a stock, which others may need. */
const renewAfterMs = 3000;
const renewStockAfterMs = 1000;
/** A stock that nobody asked for is given back after so long. */
const idleMs = 3000;
/** What was used is told within so long, where nothing else is told before. */
const tellWithinMs = 50;
/** How soon what others have set aside may have come back. */
const retryInMs = 50;

interface Ask {
  readonly amounts: readonly number[];
  readonly resolve: (grant: BudgetGrant) => void;
  readonly reject: (cause: unknown) => void;
}

export interface BudgetHolderParts extends RoundTripWay {
  readonly keys: { readonly budget: string; readonly report: string };
  readonly limits: BudgetAmounts;
}

/**
 * A run's budget in Redis, as this process uses it: what its requests under way have set aside, a stock set aside ahead of those
 * that come next, and trips to Redis for more, which tell what was used as well.
 */
export class BudgetHolder implements RoundTripper<BudgetRequest> {
  readonly #parts: BudgetHolderParts;
  readonly #dimensions: readonly BudgetDimension[];
  readonly #limits: readonly number[];
  readonly #holder = randomUUID();
  readonly #trips: RoundTrips<BudgetRequest>;
  readonly #demand: Demand;
  readonly #madeAtMs = systemClock.nowMs();
  readonly #asks: Ask[] = [];
  /** For whom the trip under way asks. */
  #first: Ask | undefined;
  readonly #stock: BudgetStock;
  #number = 0;
  /** Something is told by then. */
  #tellByMs = Infinity;
  #hasItsShare = false;
  #askedAtMs = -Infinity;
  #sentAtMs = -Infinity;
  #failure: unknown;
  /** Settled when what was settled until now is told: by the next trip, and by the one under way. */
  #toBeTold = Promise.withResolvers<void>();
  #beingTold = Promise.withResolvers<void>();
  #stateAsks: PromiseWithResolvers<BudgetState>[] = [];
  #stateAsksOnTheWay: PromiseWithResolvers<BudgetState>[] = [];
  readonly #left = Promise.withResolvers<void>();

  constructor(parts: BudgetHolderParts) {
    this.#parts = parts;
    this.#dimensions = (Object.keys(parts.limits) as BudgetDimension[]).toSorted();
    this.#limits = this.#listed(parts.limits);
    this.#stock = new BudgetStock(this.#limits);
    this.#demand = new Demand(this.#dimensions.length);
    this.#trips = new RoundTrips(parts, this);
    for (const { promise } of [this.#toBeTold, this.#beingTold]) promise.catch(() => {});
  }

  /** Whether it has set nothing aside and has nothing to tell, or nobody to tell it to any more. */
  get isIdle(): boolean {
    if (this.#trips.isOver) return true;
    const isTold = this.#tellByMs === Infinity && !this.#trips.isUnderWay;
    return isTold && this.#asks.length === 0 && this.#stock.isEmpty;
  }

  reserve(amounts: BudgetAmounts): Promise<BudgetGrant> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const asked = this.#listed(amounts);
    this.#askedAtMs = systemClock.nowMs();
    const { promise, resolve, reject } = Promise.withResolvers<BudgetGrant>();
    this.#asks.push({ amounts: asked, resolve, reject });
    this.#serve();
    this.#trips.plan();
    return promise;
  }

  /** What was not used is in stock again; what was used on top of it comes from there. Resolves when it is told. */
  settle(reserved: BudgetAmounts, used: BudgetAmounts): Promise<void> {
    if (this.#failure !== undefined) return Promise.resolve();
    this.#stock.settle(this.#listed(reserved), this.#listed(used));
    // Whoever looks at the end of all requests is to see them settled.
    this.#tellBy(systemClock.nowMs() + (this.#stock.hasUnderWay ? tellWithinMs : 0));
    this.#serve();
    this.#trips.plan();
    return this.#toBeTold.promise;
  }

  /** Asks Redis, also for what others have told. */
  state(): Promise<BudgetState> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const ask = Promise.withResolvers<BudgetState>();
    this.#stateAsks.push(ask);
    this.#tellBy(-Infinity);
    this.#trips.plan();
    return ask.promise;
  }

  /** Nothing is granted any more. Resolves when the stock is given back and what was used is told; never where Redis is away. */
  async close(cause: unknown): Promise<void> {
    this.#refuseAll(cause);
    if (this.isIdle) return this.#trips.end();
    this.#trips.plan();
    await this.#left.promise;
  }

  dueMs(): number {
    if (this.#asks.length > 0 || this.#failure !== undefined || this.#wantsAhead()) return -Infinity;
    if (this.#stock.isEmpty) return this.#tellByMs;
    const renewedAfterMs = this.#stock.hasStock ? renewStockAfterMs : renewAfterMs;
    return Math.min(this.#tellByMs, this.#sentAtMs + renewedAfterMs);
  }

  compose(): BudgetRequest {
    const nowMs = systemClock.nowMs();
    this.#sentAtMs = nowMs;
    this.#tellByMs = Infinity;
    this.#beingTold = this.#toBeTold;
    this.#toBeTold = Promise.withResolvers<void>();
    this.#toBeTold.promise.catch(() => {});
    this.#stateAsksOnTheWay = this.#stateAsks.splice(0);
    this.#number += 1;
    const [first] = this.#asks;
    this.#first = first;
    this.#stock.shrink(this.#enough(nowMs));
    const need = first?.amounts ?? this.#limits.map(() => 0);
    const typical = this.#demand.isKnown ? this.#demand.typical() : need;
    const want = this.#wanted(need, typical, nowMs);
    return {
      holder: this.#holder,
      number: this.#number,
      // Whoever is given something is still there: nobody would count what a holder that has left has set aside.
      leaves: first === undefined && this.#stock.isEmpty && want === 0,
      hasGoneOn: this.#number > 1 || this.#parts.connection.connectedSinceMs > this.#madeAtMs,
      limits: this.#limits,
      ...this.#stock.amounts,
      needs: first !== undefined,
      need,
      want,
      typical,
    };
  }

  send(request: BudgetRequest): Promise<BudgetReply | undefined> {
    const { connection, keys } = this.#parts;
    return runBudget(connection.commands, keys, leaseMs, request);
  }

  apply(reply: BudgetReply | undefined, request: BudgetRequest, sent: SentAt): void {
    this.#demand.noteTrip(systemClock.nowMs() - sent.nowMs);
    if (reply === undefined) {
      this.#trips.end();
      this.fail(runIsOver());
    } else {
      this.#receive(reply, request);
      this.#beingTold.resolve();
      const state = { used: this.#named(reply.used), reserved: this.#named(reply.reserved) };
      for (const { resolve } of this.#stateAsksOnTheWay.splice(0)) resolve(state);
    }
    if (this.#failure === undefined) return;
    this.#trips.end();
    this.#left.resolve();
  }

  fail(cause: unknown): void {
    this.#refuseAll(cause);
    for (const { reject } of [this.#beingTold, this.#toBeTold]) reject(cause);
    for (const { reject } of [...this.#stateAsksOnTheWay.splice(0), ...this.#stateAsks.splice(0)])
      reject(cause);
    this.#left.resolve();
  }

  /** What came in the meantime was served from the stock: what the first one needs is there in full all the same. */
  #receive(reply: BudgetReply, request: BudgetRequest): void {
    this.#stock.receive(reply, request);
    this.#hasItsShare = reply.count < request.want;
    // What is above its share goes back soon: others may wait for it.
    if (this.#stock.isAboveShare) this.#tellBy(systemClock.nowMs() + tellWithinMs);
    this.#serve();
    if (!request.needs || reply.result === 'granted' || this.#asks[0] !== this.#first) return;
    this.#asks.shift()?.resolve(refusal(reply.result));
  }

  /** In their order, as far as the stock goes. */
  #serve(): void {
    for (let ask = this.#asks[0]; ask !== undefined; ask = this.#asks[0]) {
      if (!this.#stock.take(ask.amounts)) return;
      this.#asks.shift();
      this.#demand.note(ask.amounts, systemClock.nowMs());
      this.#hasItsShare = false;
      ask.resolve({ granted: true });
    }
  }

  /** As much as should be in stock at the most: nothing where nobody asks any more. */
  #enough(nowMs: number): readonly number[] {
    const isOver = this.#failure !== undefined || nowMs - this.#askedAtMs > idleMs;
    const requests = isOver ? 0 : Math.ceil(2 * this.#demand.target(nowMs));
    return this.#demand.typical().map((amount) => requests * amount);
  }

  #wantsAhead(): boolean {
    const nowMs = systemClock.nowMs();
    if (this.#hasItsShare || !this.#demand.isKnown || nowMs - this.#askedAtMs > idleMs) return false;
    return requestsIn(this.#stock.amounts.stock, this.#demand.typical()) < this.#demand.lowMark(nowMs);
  }

  #wanted(need: readonly number[], typical: readonly number[], nowMs: number): number {
    if (this.#failure !== undefined || nowMs - this.#askedAtMs > idleMs) return 0;
    const spare = this.#stock.amounts.stock.map((amount, place) => Math.max(0, amount - (need[place] ?? 0)));
    const target = Math.max(this.#asks.length, this.#demand.target(nowMs));
    const wanted = Math.ceil(target - requestsIn(spare, typical));
    return Number.isFinite(wanted) ? Math.max(0, wanted) : 0;
  }

  #tellBy(atMs: number): void {
    this.#tellByMs = Math.min(this.#tellByMs, atMs);
  }

  #refuseAll(cause: unknown): void {
    this.#failure = cause;
    for (const { reject } of this.#asks.splice(0)) reject(cause);
  }

  #listed(amounts: BudgetAmounts): number[] {
    return this.#dimensions.map((dimension) => amounts[dimension] ?? 0);
  }

  #named(amounts: readonly number[]): BudgetAmounts {
    return Object.fromEntries(this.#dimensions.map((dimension, place) => [dimension, amounts[place] ?? 0]));
  }
}

function refusal(result: 'exhausted' | 'later'): BudgetGrant {
  if (result === 'exhausted') return { granted: false, exhausted: true };
  return { granted: false, exhausted: false, retryInMs };
}

function runIsOver(): TokenstormError {
  return new TokenstormError('E_INTERNAL', 'the run is over: its budget is not kept any more');
}
