import { sample } from '@tokenstorm/core';
import type { ClosedLoopProfile, Clock, IterationRange, Random } from '@tokenstorm/core';
import { longestTimerMs } from '../pacing/longest-timer.ts';
import type { IterationBlock } from './iteration-block.ts';
import type { LoadSource } from './load-source.ts';
import { noPhaseCounts } from './slice-position.ts';
import type { PhaseCounts, SendRight, TargetLoad } from './target-load.ts';
import { VirtualUser } from './virtual-user.ts';
import type { UserSurroundings } from './virtual-user.ts';

/** The closed loop's plan for one shard. */
export interface ClosedLoopParts {
  readonly load: Pick<TargetLoad, 'startMs' | 'send'>;
  readonly profile: ClosedLoopProfile;
  /** Users of this shard over time, from the load's start; the last entry ends the load with 0 users unless iterations do. */
  readonly userChanges: Iterable<{ readonly offsetMs: number; readonly users: number }>;
  readonly iterations: Pick<IterationBlock, 'take' | 'prepare' | 'leftover' | 'close'>;
  /** The number that a request has as an iteration of its shard. */
  readonly numberOf: (iteration: number) => number;
  readonly right: Pick<SendRight, 'mayStart'>;
  /** Iterations that the holders before reserved and did not give back, by the phase that they are counted in. */
  readonly before: () => PhaseCounts;
  readonly random: Random;
  readonly clock: Clock;
}

/** Keeps as many virtual users at work as the profile wants. */
export class ClosedLoop implements LoadSource, UserSurroundings {
  readonly #parts: ClosedLoopParts;
  readonly #users = new Set<VirtualUser>();
  /** Users that have not decided to retire. */
  #active = 0;
  #wanted = 0;
  #isStaffed = false;
  #isStopped = false;
  /** Nothing may be sent any more, and why is yet to be told. */
  #isHalted = false;
  #wake: () => void = () => {};
  readonly #over = Promise.withResolvers<void>();

  constructor(parts: ClosedLoopParts) {
    this.#parts = parts;
    // A fault may come before anybody waits for the end.
    this.#over.promise.catch(() => {});
  }

  /** Iterations end the loop when the last of them has ended: only their own timeouts bound those. */
  async run(): Promise<void> {
    for (const { atMs, users } of this.#changesToCome()) {
      this.#parts.iterations.prepare(users - this.#wanted);
      await this.#sleepUntil(atMs);
      if (this.#isStopped) break;
      this.#setUsers(users);
    }
    this.#isStaffed = true;
    if (!this.#isHalted && (this.#wanted === 0 || this.#users.size === 0)) this.stop();
    await this.#over.promise;
  }

  async takeUp(): Promise<PhaseCounts> {
    return this.#parts.before();
  }

  settled(): Promise<void> {
    return this.#parts.iterations.close();
  }

  leftover(): readonly IterationRange[] {
    return this.#parts.iterations.leftover();
  }

  readonly ahead = noPhaseCounts;

  stateAt(): undefined {}

  async handOver(): Promise<void> {
    this.stop();
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake();
    // A draw from now on might come after what is told of the leftover.
    void this.#parts.iterations.close();
    for (const user of this.#users) user.stopThinking();
    this.#over.resolve();
  }

  /** True, once for each user too many. */
  retires(): boolean {
    if (this.#active <= this.#wanted) return this.#isStopped || !this.#mayStart();
    this.#active -= 1;
    return true;
  }

  takeIteration(): Promise<void> | number | undefined {
    return this.#parts.iterations.take();
  }

  send(iteration: number, onEnd: () => void): void {
    const nowMs = this.#parts.clock.nowMs();
    this.#parts.load.send(
      {
        arrivalIndex: this.#parts.numberOf(iteration),
        intendedStartMs: nowMs,
        handOverMs: nowMs,
        scheduled: false,
      },
      onEnd,
    );
  }

  /** After a stop there is nothing to think about: a pause would only hold up the end. */
  thinkMs(): number {
    return this.#isStopped ? 0 : sample(this.#parts.profile.thinkTimeMs, this.#parts.random);
  }

  onLeave(user: VirtualUser): void {
    this.#users.delete(user);
    if (this.#isStaffed && this.#users.size === 0 && !this.#isHalted) this.#over.resolve();
  }

  onFault(cause: unknown): void {
    this.#over.reject(cause);
    this.stop();
  }

  /** The loop has not ended: whoever took the shard away will say so. */
  #mayStart(): boolean {
    this.#isHalted ||= !this.#parts.right.mayStart();
    return !this.#isHalted;
  }

  /** Of those that are past already, the last one counts. */
  *#changesToCome(): Generator<{ readonly atMs: number; readonly users: number }, void, undefined> {
    let past: { readonly atMs: number; readonly users: number } | undefined;
    for (const { offsetMs, users } of this.#parts.userChanges) {
      const atMs = this.#parts.load.startMs + offsetMs;
      if (past !== undefined && atMs > this.#parts.clock.nowMs()) yield past;
      past = undefined;
      if (atMs > this.#parts.clock.nowMs()) yield { atMs, users };
      else past = { atMs, users };
    }
    if (past !== undefined) yield past;
  }

  #setUsers(users: number): void {
    this.#wanted = users;
    while (this.#active < users) {
      this.#active += 1;
      const user = new VirtualUser(this);
      this.#users.add(user);
      user.start();
    }
  }

  /** Resolves then, or at a stop. */
  #sleepUntil(atMs: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      this.#wake = () => {
        clearTimeout(timer);
        // Again where it woke too early: a timer may fire up to 1 ms before it is due, and a start before the load's own
        // start would be one of the warm-up.
        const leftMs = atMs - this.#parts.clock.nowMs();
        if (this.#isStopped || leftMs <= 0) resolve();
        else timer = setTimeout(this.#wake, Math.min(Math.ceil(leftMs), longestTimerMs));
      };
      this.#wake();
    });
  }
}
