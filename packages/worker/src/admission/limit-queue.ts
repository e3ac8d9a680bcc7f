import type { Clock, LimitAmounts, LimitGrant } from '@tokenstorm/core';
import { waitUntil } from '../request/wait-until.ts';
import type { AdmissionWaits, CancelWait } from './admission.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';
import { PlaceClock } from './place-clock.ts';

/** What a limit queue stands in front of. */
export interface LimitQueueParts {
  readonly clock: Clock;
  readonly gate: ConcurrencyGate;
  readonly take: (amounts: LimitAmounts) => Promise<LimitGrant>;
  readonly giveBack: (amounts: LimitAmounts) => void;
  /** The limiter failed, or whoever was admitted did: nobody is admitted any more. */
  readonly onFault: (cause: unknown) => void;
}

/** The end of a wait. */
export interface Passage extends AdmissionWaits {
  /** When the last permit was due. */
  readonly atMs: number;
  readonly rateLimitMs: number;
}

/** Somebody who wants to pass. */
export interface LimitClient {
  readonly askedMs: number;
  /** Asked each time it is its turn: what is known may have changed meanwhile. */
  amounts(): LimitAmounts;
  /** Has passed: it holds a place of the gate and these amounts. */
  onPassed(passage: Passage, taken: LimitAmounts): void;
}

/** What others give back may be there earlier than the limiter said: it is asked again after so long at the latest. */
const longestPauseMs = 1000;

interface Waiter {
  readonly client: LimitClient;
  readonly placeMsBefore: number;
}

/**
 * The queue of one provider's requests for a place at the gate and permits of the limiter, in order of asking. Only its
 * head competes, first for the place, then for the permits: no permit is taken before it can be used, and at most one
 * place is held without being used.
 */
export class LimitQueue {
  readonly #parts: LimitQueueParts;
  readonly #waiting = new Set<Waiter>();
  readonly #placeClock = new PlaceClock();
  /** Ends the wait for a place. */
  #leaveGate: (() => void) | undefined;
  #hasPlace = false;
  #isAsking = false;
  /** When permits were given back since the limiter was asked: a refusal may not have seen them. */
  #givenBackMs: number | undefined;
  /** The head was refused: from when on the limiter said that its permits are there. */
  #dueMs: number | undefined;
  #stopPause: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: LimitQueueParts) {
    this.#parts = parts;
  }

  enter(client: LimitClient): CancelWait {
    const { askedMs } = client;
    const waiter = { client, placeMsBefore: this.#placeClock.read(askedMs) };
    this.#waiting.add(waiter);
    if (this.#waiting.size === 1) this.#compete();
    return (nowMs) => this.#giveUp(waiter, nowMs);
  }

  /** Permits were given back: what the head waits for may be there earlier than the limiter said. */
  wake(): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#givenBackMs = nowMs;
    if (this.#stopPause !== undefined) this.#askAgain(nowMs);
  }

  /** Admits nobody any more: who waits, waits until it gives up. */
  close(): void {
    this.#isClosed = true;
    this.#endPause();
    this.#releasePlace(this.#parts.clock.nowMs());
  }

  /** Does the next thing for the head, unless it waits for an answer already. */
  #compete(): void {
    if (this.#isClosed || this.#isAsking || this.#leaveGate !== undefined) return;
    const head = this.#head();
    if (head === undefined) this.#releasePlace(this.#parts.clock.nowMs());
    else if (this.#hasPlace) this.#ask();
    else this.#comeForPlace(head.client.askedMs);
  }

  #comeForPlace(askedMs: number): void {
    this.#placeClock.moveTo(askedMs);
    this.#placeClock.run(true);
    this.#leaveGate = this.#parts.gate.enter(this.#placeClock.atMs, (freeSinceMs) => {
      this.#leaveGate = undefined;
      this.#placeClock.moveTo(freeSinceMs);
      this.#placeClock.run(false);
      this.#hasPlace = true;
      this.#ask();
    });
  }

  #ask(): void {
    const head = this.#head();
    if (this.#isClosed || head === undefined) return;
    this.#isAsking = true;
    this.#givenBackMs = undefined;
    const amounts = head.client.amounts();
    const askedMs = this.#parts.clock.nowMs();
    this.#parts
      .take(amounts)
      .then((grant) => this.#onAnswer(head, grant, askedMs, amounts))
      .catch((cause: unknown) => this.#fail(cause));
  }

  #onAnswer(head: Waiter, grant: LimitGrant, askedMs: number, amounts: LimitAmounts): void {
    this.#isAsking = false;
    const isStillWanted = !this.#isClosed && this.#waiting.has(head);
    if (grant.granted && !isStillWanted) this.#parts.giveBack(amounts);
    if (!isStillWanted) return this.#moveOn();
    if (grant.granted) return this.#pass(head, this.#thereSinceMs(askedMs, grant.overdueMs), amounts);
    if (this.#givenBackMs !== undefined) return this.#askAgain(this.#givenBackMs);
    const nowMs = this.#parts.clock.nowMs();
    this.#dueMs = nowMs + grant.retryInMs;
    this.#stopPause = waitUntil(this.#parts.clock, Math.min(this.#dueMs, nowMs + longestPauseMs), () => {
      this.#stopPause = undefined;
      this.#ask();
    });
  }

  /** From this moment on the permits may be there after all. */
  #askAgain(dueMs: number): void {
    this.#endPause();
    this.#dueMs = dueMs;
    this.#ask();
  }

  /**
   * Since when permits were there that were asked for at `askedMs` and given: when the limiter had said that they would be. Where it
   * had refused nothing, since when it says; where it took its time to say so, since its answer; where they came earlier than it
   * had said, since they were asked for.
   */
  #thereSinceMs(askedMs: number, overdueMs: number): number {
    if (overdueMs < 0 || this.#dueMs === undefined) return askedMs - overdueMs;
    return Math.min(this.#dueMs, askedMs);
  }

  #pass(head: Waiter, thereSinceMs: number, amounts: LimitAmounts): void {
    const { client, placeMsBefore } = head;
    const clock = this.#placeClock;
    clock.moveTo(Math.max(client.askedMs, thereSinceMs));
    const passage = passageOf(client.askedMs, clock.atMs, clock.read(clock.atMs) - placeMsBefore);
    this.#waiting.delete(head);
    this.#hasPlace = false;
    try {
      client.onPassed(passage, amounts);
    } finally {
      this.#moveOn();
    }
  }

  #moveOn(): void {
    this.#dueMs = undefined;
    this.#compete();
  }

  #giveUp(waiter: Waiter, nowMs: number): AdmissionWaits {
    const { client, placeMsBefore } = waiter;
    const isHead = this.#head() === waiter;
    const waits = passageOf(client.askedMs, nowMs, this.#placeClock.read(nowMs) - placeMsBefore);
    this.#waiting.delete(waiter);
    if (isHead) this.#replaceHead(nowMs);
    return waits;
  }

  /** The next one inherits the place, or the wait for one; its permits are its own. */
  #replaceHead(nowMs: number): void {
    this.#endPause();
    this.#placeClock.moveTo(nowMs);
    if (this.#waiting.size === 0) this.#quitGate();
    if (!this.#isAsking) this.#moveOn();
  }

  #quitGate(): void {
    this.#leaveGate?.();
    this.#leaveGate = undefined;
    this.#placeClock.run(false);
  }

  #releasePlace(nowMs: number): void {
    this.#quitGate();
    if (!this.#hasPlace) return;
    this.#hasPlace = false;
    this.#parts.gate.leave(nowMs);
  }

  #endPause(): void {
    this.#stopPause?.();
    this.#stopPause = undefined;
  }

  #fail(cause: unknown): void {
    this.#isAsking = false;
    this.close();
    this.#parts.onFault(cause);
  }

  #head(): Waiter | undefined {
    return this.#waiting.values().next().value;
  }
}

/** A wait from asking to passing, of which at most so much was for places and the rest for permits. */
function passageOf(askedMs: number, atMs: number, placeMs: number): Passage {
  const waitedMs = Math.max(0, atMs - askedMs);
  const concurrencyMs = Math.min(waitedMs, Math.max(0, placeMs));
  return { atMs: Math.max(askedMs, atMs), rateLimitMs: waitedMs - concurrencyMs, concurrencyMs };
}
