import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, wallNowMs } from '../clock.ts';
import type { RedisConnection } from './connection.ts';
import { redisError } from './connection-error.ts';
import { isEnded } from './shard-problems.ts';
import type { OnProblem } from './shard-problems.ts';

/** Where round trips lead, and when Redis counts as gone. */
export interface RoundTripWay {
  readonly connection: RedisConnection;
  readonly onProblem: OnProblem;
  /** Redis that has answered with nothing but errors for so long is gone for good, ms. */
  readonly giveUpMs: number;
}

/** Whoever shares a state over Redis with other processes. */
export interface RoundTripper<Request> {
  /** Monotonic ms at which it wants to go next: now where that has passed, never where it is infinite. */
  dueMs(): number;
  /** What this trip tells and asks: all that has come up until now. */
  compose(): Request;
  /** Takes one request there and what is answered back. A request that is sent twice has the same answer. */
  send(request: Request): Promise<unknown>;
  apply(reply: unknown, request: Request, sent: SentAt): void;
  /** Nothing can be told or asked any more. */
  fail(cause: unknown): void;
}

/** Right before a request was sent: monotonic time, and the wall clock's. */
export interface SentAt {
  readonly nowMs: number;
  readonly wallMs: number;
}

/** How long to wait after an answer that was an error: out of memory, a replica. */
const againAfterMs = 250;

/**
 * Goes to Redis and back whenever its traveller wants to, one trip at a time: what comes up meanwhile goes with the next one.
 * While Redis is away nothing is composed; so nothing old is asked for when it is back.
 */
export class RoundTrips<Request> {
  readonly #way: RoundTripWay;
  readonly #traveller: RoundTripper<Request>;
  #isUnderWay = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Infinity;

  constructor(way: RoundTripWay, traveller: RoundTripper<Request>) {
    this.#way = way;
    this.#traveller = traveller;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Whether no further trip begins. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Looks when the next trip is due: to be called when that may have come nearer. */
  plan(): void {
    if (this.#isUnderWay || this.#isOver) return;
    const nowMs = systemClock.nowMs();
    const dueMs = this.#traveller.dueMs();
    if (dueMs <= nowMs) void this.#go();
    else if (dueMs < this.#timerDueMs) this.#wakeAt(dueMs, nowMs);
  }

  /** No further trip begins. */
  end(): void {
    this.#isOver = true;
    this.#forgetTimer();
  }

  /** A timer that fires too early, for something that is no longer wanted, only looks again. */
  #wakeAt(dueMs: number, nowMs: number): void {
    clearTimeout(this.#timer);
    this.#timerDueMs = dueMs;
    this.#timer = setTimeout(
      () => {
        this.#forgetTimer();
        this.plan();
      },
      Math.max(1, Math.ceil(dueMs - nowMs)),
    );
    this.#timer.unref();
  }

  #forgetTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = Infinity;
  }

  async #go(): Promise<void> {
    this.#isUnderWay = true;
    this.#forgetTimer();
    try {
      await this.#whileAway();
      const request = this.#traveller.compose();
      const { reply, sent } = await this.#answered(request);
      this.#traveller.apply(reply, request, sent);
    } catch (cause) {
      this.end();
      this.#traveller.fail(cause);
    }
    this.#isUnderWay = false;
    this.plan();
  }

  /** Resolves when Redis is there; rejects once it is gone for good. */
  async #whileAway(): Promise<void> {
    const { connection } = this.#way;
    while (connection.state === 'lost' && !isEnded(connection)) await nextState(connection);
    if (isEnded(connection)) throw this.#problem(new Error('Connection is closed.'));
  }

  /** The same request again where the answer is an error: what it tells must not get lost, and is told once. */
  async #answered(request: Request): Promise<{ readonly reply: unknown; readonly sent: SentAt }> {
    const firstMs = systemClock.nowMs();
    for (;;) {
      const sent = { nowMs: systemClock.nowMs(), wallMs: wallNowMs() };
      try {
        return { reply: await this.#traveller.send(request), sent };
      } catch (cause) {
        const problem = this.#problem(cause);
        if (isEnded(this.#way.connection) || sent.nowMs - firstMs > this.#way.giveUpMs) throw problem;
        this.#way.onProblem(problem);
        await sleep(againAfterMs);
      }
    }
  }

  #problem(cause: unknown) {
    const { connection } = this.#way;
    return connection.problem ?? redisError(cause, connection.address);
  }
}

function nextState(connection: RedisConnection): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = connection.onChange(() => resolve());
  return promise.finally(stop);
}
