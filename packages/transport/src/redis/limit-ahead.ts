import { Demand } from './demand.ts';
import type { LimitReply, LimitRequest } from './limit-script.ts';
import { requestsIn } from './limit-stock.ts';

/** A stock that nobody asked for is given back after so long; sooner where others wait. */
const idleMs = 10_000;
const idleWhereScarceMs = 1000;

/** How much of a bucket set a process wants ahead of its requests, and for how long. Times are monotonic ms. */
export class LimitAhead {
  readonly #demand: Demand;
  /** The buckets have given out what they do not have yet: everybody waits. */
  #isLimiting = false;
  /** Redis had nothing to spare beyond what was needed. */
  #isScarce = false;
  /** There is as much ahead as Redis gave; looked at again after the next permit. */
  #hasItsShare = false;
  #askedAtMs = -Infinity;
  /** For when somebody was told that permits are there. */
  #awaitedAtMs = -Infinity;

  /** Of so many dimensions. */
  constructor(dimensions: number) {
    this.#demand = new Demand(dimensions);
  }

  /** When nobody has asked for so long that nothing should be held any more. */
  get idleAtMs(): number {
    const wantedAtMs = Math.max(this.#askedAtMs, this.#awaitedAtMs);
    return wantedAtMs + (this.#isScarce ? idleWhereScarceMs : idleMs);
  }

  /** Somebody asks. */
  asked(nowMs: number): void {
    this.#askedAtMs = nowMs;
  }

  /** Somebody who asked will come again then. */
  awaited(atMs: number): void {
    this.#awaitedAtMs = atMs;
  }

  /** These amounts were used. */
  used(amounts: readonly number[], nowMs: number): void {
    this.#demand.note(amounts, nowMs);
    this.#hasItsShare = false;
  }

  /** What became of what was wanted, after so long. */
  learn(reply: LimitReply, { want }: LimitRequest, tripMs: number): void {
    this.#demand.noteTrip(tripMs);
    this.#isLimiting = reply.clearInMs.some((waitMs) => waitMs > 0);
    if (want === 0) return;
    this.#isScarce = reply.count === 0;
    this.#hasItsShare = reply.count < want;
  }

  /** Nobody will ask again. */
  stop(): void {
    this.#askedAtMs = -Infinity;
    this.#awaitedAtMs = -Infinity;
  }

  /** What a request needs, on the average; as this one does where none was seen yet. */
  typical(need: readonly number[]): readonly number[] {
    return this.#demand.isKnown ? this.#demand.typical() : need;
  }

  /** Whether this stock is so low that more should be fetched before anybody asks for it. */
  isLow(stock: readonly number[], nowMs: number): boolean {
    if (this.#isScarce || this.#hasItsShare || nowMs - this.#askedAtMs > idleMs) return false;
    const lowMark = this.#isLimiting ? 1 : this.#demand.lowMark(nowMs);
    return requestsIn(stock, this.#demand.typical()) < lowMark;
  }

  /** For how many requests more should be fetched, where so many ask now and this is not for them. */
  wanted(spare: readonly number[], typical: readonly number[], asking: number, nowMs: number): number {
    const target = Math.max(asking, this.#demand.target(nowMs));
    const wanted = Math.ceil(target - requestsIn(spare, typical));
    return Number.isFinite(wanted) ? Math.max(0, wanted) : 0;
  }
}
