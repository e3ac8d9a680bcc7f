import type { Budget, BudgetAmounts, BudgetGrant, Clock } from '@tokenstorm/core';
import { waitUntil } from '../request/wait-until.ts';

/** What a budget gate stands in front of. */
export interface BudgetGateParts {
  readonly clock: Clock;
  readonly budget: Pick<Budget, 'reserve' | 'settle'>;
  /** Nothing more can be had, for the first time. */
  readonly onExhausted: () => void;
  /** The budget failed, or whoever was let through did: nobody is let through any more. */
  readonly onFault: (cause: unknown) => void;
}

/** Somebody who wants to use something up. */
export interface BudgetClient {
  /** Asked each time it is its turn: what is known may have changed meanwhile. */
  amounts(): BudgetAmounts;
  /** These amounts are set aside for it. */
  onGranted(amounts: BudgetAmounts): void;
}

/**
 * The way to a run's budget that all its requests in this process share. As long as there is enough, each asks by itself.
 * Those that have to wait until others settle stand in line, and only the first of them asks again: they pass in order.
 * The first one for which nothing more can be had ends it for all.
 */
export class BudgetGate {
  readonly #parts: BudgetGateParts;
  /** Waits for its first answer. */
  readonly #asking = new Set<BudgetClient>();
  /** Was refused once, or came after somebody who was. */
  readonly #line = new Set<BudgetClient>();
  #isLineAsking = false;
  #stopPause: (() => void) | undefined;
  #isOver = false;

  constructor(parts: BudgetGateParts) {
    this.#parts = parts;
  }

  /** Nobody is let through any more: it is used up, or was closed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls back when the amounts are set aside, never before this returns. Returns what gives the wait up. */
  enter(client: BudgetClient): () => void {
    if (this.#isOver || this.#line.size > 0) this.#line.add(client);
    else void this.#askFirst(client);
    return () => this.#giveUp(client);
  }

  /** An attempt is over: what was set aside for it, and what it used. */
  settle(reserved: BudgetAmounts, used: BudgetAmounts): void {
    this.#parts.budget.settle(reserved, used).catch((cause: unknown) => this.#fail(cause));
    if (this.#stopPause === undefined) return;
    this.#endPause();
    void this.#askForLine();
  }

  /** Lets nobody through any more: who waits, waits until it gives up. */
  close(): void {
    this.#isOver = true;
    this.#endPause();
  }

  async #askFirst(client: BudgetClient): Promise<void> {
    this.#asking.add(client);
    const answer = await this.#ask(client);
    if (answer === undefined || !this.#asking.delete(client)) return this.#return(answer);
    if (this.#isOver || !answer.grant.granted) this.#line.add(client);
    if (this.#isOver) return this.#return(answer);
    this.#take(client, answer);
  }

  /** Asks for the first in line, and for the next one when that has passed. */
  async #askForLine(): Promise<void> {
    const [first] = this.#line;
    if (first === undefined || this.#isOver || this.#isLineAsking || this.#stopPause !== undefined) return;
    this.#isLineAsking = true;
    const answer = await this.#ask(first);
    this.#isLineAsking = false;
    if (answer === undefined || this.#isOver || !this.#line.has(first)) {
      this.#return(answer);
      return await this.#askForLine();
    }
    this.#take(first, answer);
  }

  #take(client: BudgetClient, { amounts, grant }: Answer): void {
    if (!grant.granted) return grant.exhausted ? this.#exhaust() : this.#pause(grant.retryInMs);
    this.#line.delete(client);
    try {
      client.onGranted(amounts);
    } catch (cause) {
      this.#fail(cause);
    }
    void this.#askForLine();
  }

  async #ask(client: BudgetClient): Promise<Answer | undefined> {
    const amounts = client.amounts();
    try {
      return { amounts, grant: await this.#parts.budget.reserve(amounts) };
    } catch (cause) {
      this.#fail(cause);
      return undefined;
    }
  }

  /** Whoever asked does not want it any more. */
  #return(answer: Answer | undefined): void {
    if (answer?.grant.granted === true) this.settle(answer.amounts, {});
  }

  #pause(retryInMs: number): void {
    if (this.#stopPause !== undefined || this.#isLineAsking) return;
    const { clock } = this.#parts;
    this.#stopPause = waitUntil(clock, clock.nowMs() + retryInMs, () => {
      this.#stopPause = undefined;
      void this.#askForLine();
    });
  }

  #endPause(): void {
    this.#stopPause?.();
    this.#stopPause = undefined;
  }

  #exhaust(): void {
    this.close();
    this.#parts.onExhausted();
  }

  #giveUp(client: BudgetClient): void {
    this.#asking.delete(client);
    this.#line.delete(client);
  }

  #fail(cause: unknown): void {
    this.close();
    this.#parts.onFault(cause);
  }
}

interface Answer {
  readonly amounts: BudgetAmounts;
  readonly grant: BudgetGrant;
}
