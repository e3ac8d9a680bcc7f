import type {
  CommitResult,
  IterationRange,
  IterationRequest,
  LeaseEnd,
  MetricsSnapshot,
  Shard,
  ShardCheckpoint,
  ShardLease,
} from '@tokenstorm/core';
import { systemClock } from '../clock.ts';
import { runCommit } from './commit-script.ts';
import type { CommitReply } from './commit-script.ts';
import type { RedisConnection } from './connection.ts';
import { LeaseDeadline } from './lease-deadline.ts';
import type { Renewable } from './lease-keeper.ts';
import { runRenew } from './lease-renew-script.ts';
import { completeJob, giveBackJob } from './shard-jobs.ts';
import type { ShardJob } from './shard-jobs.ts';
import type { ShardKeys } from './shard-keys.ts';
import { tellingProblems, untilAnswered } from './shard-problems.ts';
import type { OnProblem } from './shard-problems.ts';
import { runReserve } from './shard-reserve-script.ts';
import type { TakenShard } from './shard-take-script.ts';

export interface RedisShardLeaseParts {
  readonly connection: RedisConnection;
  readonly onProblem: OnProblem;
  readonly shard: Shard;
  readonly taken: TakenShard;
  readonly keys: ShardKeys;
  readonly job: ShardJob;
  /** What the job's lock holds while it is this lease's. */
  readonly token: string;
  /** Right before the job was asked for: monotonic time and `wallNowMs`. */
  readonly sentAtMs: number;
  readonly sentAtWallMs: number;
}

/**
 * How the shard stands to this lease: `held`; given back for another worker; finished; or not this lease's any more, by Redis or
 * by the own deadline. From the others none leads back.
 */
type Hold = 'held' | 'given-back' | 'finished' | 'lost';

const noIterations: IterationRange = { first: 0, count: 0 };

/** The right to run one shard: the lock of a BullMQ job, renewed by each commit, and trusted only up to a deadline of its own. */
export class RedisShardLease implements ShardLease, Renewable {
  readonly shard: Shard;
  readonly epoch: number;
  readonly checkpoint?: ShardCheckpoint;
  readonly reserved: Readonly<Record<string, number>>;
  readonly takenAtMs: number;
  readonly #parts: RedisShardLeaseParts;
  readonly #deadline: LeaseDeadline;
  readonly #end = new AbortController();
  #hold: Hold = 'held';
  /** Its handler has returned or rejected. */
  #isOver = false;
  #renewedAtMs: number;
  /** The highest sequence that the caller knows to be stored. */
  #knownUpTo = 0;
  #requests = 0;
  /** Commits and reservations keep their order. */
  #commits: Promise<unknown> = Promise.resolve();
  #reservations: Promise<unknown> = Promise.resolve();

  constructor(parts: RedisShardLeaseParts) {
    const { taken, sentAtMs, sentAtWallMs, connection } = parts;
    this.shard = parts.shard;
    this.epoch = taken.epoch;
    if (taken.checkpoint !== undefined) this.checkpoint = taken.checkpoint;
    this.reserved = taken.reserved;
    this.takenAtMs = sentAtMs;
    this.#renewedAtMs = sentAtMs;
    this.#parts = parts;
    this.#deadline = new LeaseDeadline({
      leaseMs: connection.leaseMs,
      sentAtMs,
      sentAtWallMs,
      onPassed: (end) => this.#lose(end),
    });
  }

  /** Aborts with a `LeaseEnd`. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  get isFinished(): boolean {
    return this.#hold === 'finished';
  }

  /** Whether it still is this lease's to run, or at least to give back. */
  get isHeld(): boolean {
    return this.#hold === 'held';
  }

  get renewedAtMs(): number {
    return this.#renewedAtMs;
  }

  mayStillSend(): boolean {
    return this.#hold === 'held' && !this.#deadline.hasPassed();
  }

  /**
   * Waits while Redis is away; rejects with `E_REDIS` only once it is gone for good. A commit that reached Redis although its answer got
   * lost is not stored twice, and answered as if it had been sent once.
   */
  commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    const commit = this.#commits.then(() => this.#commit(snapshot, checkpoint));
    this.#commits = commit.catch(() => {});
    return commit;
  }

  /** Waits while Redis is away, as `commit` does. */
  reserve(request: IterationRequest): Promise<IterationRange> {
    const reservation = this.#reservations.then(() => this.#reserve(request));
    this.#reservations = reservation.catch(() => {});
    return reservation;
  }

  /** Asks the holder to give the shard back. */
  yield(): void {
    this.#abort('yield');
  }

  async renew(): Promise<boolean> {
    if (this.#isOver) return false;
    const { connection, onProblem, keys, token } = this.#parts;
    await tellingProblems(connection, onProblem, this.#renew(connection, keys, token));
    return true;
  }

  /** The handler has returned: a shard that is still held goes to the next worker. */
  async close(): Promise<void> {
    const wasHeld = this.#stop('given-back');
    this.#isOver = true;
    const told = [this.#forgetAlive()];
    if (wasHeld) told.push(this.#giveBack());
    await this.#unlessAway(told);
  }

  /** The handler has rejected. Resolves to whether the lock is left to be kept: the shard would only fail again elsewhere. */
  async fail(): Promise<boolean> {
    const wasHeld = this.#stop('lost');
    this.#isOver = true;
    await this.#unlessAway([this.#forgetAlive()]);
    return wasHeld;
  }

  async #commit(snapshot: MetricsSnapshot, checkpoint: ShardCheckpoint): Promise<CommitResult> {
    const { sentAtMs, reply } = await this.#sendCommit(snapshot, checkpoint);
    if (reply === 'fenced') {
      this.#lose(this.#deadline.end);
      return 'fenced';
    }
    this.#confirm(reply.isMine, sentAtMs);
    const { storedBefore } = reply;
    if (!this.#isStored(snapshot.sequence, storedBefore)) return { storedUpTo: storedBefore };
    return (await this.#stored(checkpoint)) ? 'stored' : 'late';
  }

  async #sendCommit(
    snapshot: MetricsSnapshot,
    checkpoint: ShardCheckpoint,
  ): Promise<{ readonly sentAtMs: number; readonly reply: CommitReply }> {
    const { connection, onProblem, keys, token } = this.#parts;
    const { commands, leaseMs } = connection;
    return await untilAnswered(connection, onProblem, async () => {
      const sentAtMs = this.#sending();
      const request = { keys, token, isHeld: this.isHeld, leaseMs, snapshot, checkpoint };
      return { sentAtMs, reply: await runCommit(commands, request) };
    });
  }

  /** One that Redis had already may have come there with the first of two tries of the connection: then nobody was told of it. */
  #isStored(sequence: number, storedBefore: number): boolean {
    const isStored =
      storedBefore === sequence - 1 || (storedBefore === sequence && this.#knownUpTo < sequence);
    this.#knownUpTo = Math.max(this.#knownUpTo, isStored ? sequence : storedBefore);
    return isStored;
  }

  /** Does what the checkpoint says of the shard; false where that is not this lease's to do any more. */
  async #stored({ final, yielded }: ShardCheckpoint): Promise<boolean> {
    if (!this.isHeld) return false;
    const { connection, onProblem, job, token } = this.#parts;
    if (final) {
      this.#stop('finished');
      await tellingProblems(connection, onProblem, completeJob(job, token));
    } else if (yielded) {
      this.#stop('given-back');
      await this.#giveBack();
    }
    return true;
  }

  async #reserve(request: IterationRequest): Promise<IterationRange> {
    if (!this.isHeld) return noIterations;
    const { connection, onProblem, keys, token } = this.#parts;
    this.#requests += 1;
    const requestNumber = this.#requests;
    const range = await untilAnswered(connection, onProblem, () =>
      runReserve(connection.commands, { ...request, keys, token, requestNumber }),
    );
    if (range !== 'not-mine') return range;
    this.#lose(this.#deadline.end);
    return noIterations;
  }

  async #renew({ commands, leaseMs }: RedisConnection, keys: ShardKeys, token: string): Promise<void> {
    const sentAtMs = this.#sending();
    const { epoch, isHeld } = this;
    const reply = await runRenew(commands, { keys, token, epoch, isHeld, leaseMs });
    if (reply === 'fenced') this.#lose(this.#deadline.end);
    else this.#confirm(reply === 'mine', sentAtMs);
  }

  #sending(): number {
    this.#renewedAtMs = systemClock.nowMs();
    return this.#renewedAtMs;
  }

  #confirm(isMine: boolean, sentAtMs: number): void {
    if (isMine) this.#deadline.confirm(sentAtMs);
    else this.#lose(this.#deadline.end);
  }

  /** Where the lock is this lease's all the same, it is let go: the next worker need not wait for it to run out. */
  #lose(end: LeaseEnd): void {
    if (!this.#stop('lost')) return;
    void this.#giveBack();
    this.#abort(end);
  }

  /** Says whether the shard was held until now. */
  #stop(hold: Hold): boolean {
    const wasHeld = this.isHeld;
    if (wasHeld) this.#hold = hold;
    this.#deadline.stop();
    return wasHeld;
  }

  #abort(end: LeaseEnd): void {
    if (!this.#end.signal.aborted) this.#end.abort(end);
  }

  async #giveBack(): Promise<void> {
    const { connection, onProblem, job, token } = this.#parts;
    await tellingProblems(connection, onProblem, giveBackJob(job, token));
  }

  /** Lock and `alive` end by themselves after a lease: they are not worth waiting for a Redis that is away. */
  async #unlessAway(told: readonly Promise<void>[]): Promise<void> {
    if (this.#parts.connection.state === 'up') await Promise.all(told);
  }

  /** Nothing more comes of this epoch: nobody need wait for it. */
  async #forgetAlive(): Promise<void> {
    const { connection, onProblem, keys } = this.#parts;
    await tellingProblems(connection, onProblem, connection.commands.del(keys.alive(this.epoch)));
  }
}
