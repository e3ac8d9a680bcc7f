import type { AggregationCheckpoint, AggregationLease, RunPlan } from '@tokenstorm/core';
import { endEpoch, renewAggregation, storeAggregation } from './aggregation-scripts.ts';
import type { RedisConnection } from './connection.ts';
import {
  aggregationJobKey,
  aggregationQueueName,
  appendedKey,
  datasetKeys,
  jobLockKey,
  runKeys,
  timeToLiveSeconds,
} from './keys.ts';
import type { RunKeys } from './keys.ts';
import { LeaseDeadline } from './lease-deadline.ts';
import { runScript } from './redis-script.ts';
import { idAfter } from './stream-id.ts';

/** A sum is stored after so long, or so many snapshots: what a successor reads again. */
const storeAfterMs = 5000;
const storeAfterCount = 5000;
/** A sum grows with the rows of the report: a large one is stored less often, so that Redis takes no more than so much a ms. */
const storedBytesPerMs = 1000;
const renewEveryMs = 1000;
/** After an outage, workers have so long to be heard of again before one counts as lost. */
const patienceAfterOutageMs = 5000;
/** What `endEpoch` returns where the lease is gone. */
const lockIsNotMine = -2;

interface AggregationLeaseOptions {
  readonly connection: RedisConnection;
  readonly plan: RunPlan;
  /** The lock's value: who holds it. */
  readonly token: string;
  /** Local `nowMs` before the lock was taken. */
  readonly takenAtMs: number;
}

/** The right to fold a run, for as long as the lock of its job is ours. */
export class RedisAggregationLease implements AggregationLease {
  readonly plan: RunPlan;
  readonly checkpoint?: AggregationCheckpoint;
  readonly #connection: RedisConnection;
  readonly #token: string;
  readonly #keys: RunKeys;
  readonly #lock: string;
  readonly #deadline: LeaseDeadline;
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #storedAtMs: number;
  #unstored = 0;
  #storedBytes = 0;
  #renewing = false;

  /** Reads what the holder before stored last. */
  static async take(options: AggregationLeaseOptions): Promise<RedisAggregationLease> {
    const { connection, plan } = options;
    const stored = await connection.commands.hgetallBuffer(runKeys(plan.runId).aggregation);
    const { upToId, state } = stored;
    if (upToId === undefined || state === undefined) return new RedisAggregationLease(options);
    return new RedisAggregationLease(options, { upToId: upToId.toString(), state: Uint8Array.from(state) });
  }

  private constructor(
    { connection, plan, token, takenAtMs }: AggregationLeaseOptions,
    checkpoint?: AggregationCheckpoint,
  ) {
    this.plan = plan;
    if (checkpoint !== undefined) this.checkpoint = checkpoint;
    this.#connection = connection;
    this.#token = token;
    this.#keys = runKeys(plan.runId);
    this.#lock = jobLockKey(aggregationQueueName, plan.runId);
    this.#deadline = new LeaseDeadline({
      leaseMs: connection.leaseMs,
      sentAtMs: takenAtMs,
      onPassed: () => this.release(),
    });
    this.#storedAtMs = connection.clock.nowMs();
    this.#timer = setInterval(() => this.#beat(), Math.min(renewEveryMs, connection.leaseMs / 10));
  }

  /** Aborts when the lease is over: not renewed in time, somebody else's, or given back. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  mayStillWrite(): boolean {
    return !this.#end.signal.aborted && !this.#deadline.hasPassed();
  }

  async advance(upToId: string, state: () => Uint8Array): Promise<boolean> {
    if (!this.mayStillWrite()) return false;
    this.#unstored += 1;
    if (!this.#isTimeToStore()) return true;
    this.#unstored = 0;
    this.#storedAtMs = this.#connection.clock.nowMs();
    return await this.#store(upToId, state());
  }

  async endEpoch(shard: number, epoch: number): Promise<number | undefined> {
    const { state, connectedSinceMs, clock, commands } = this.#connection;
    if (state !== 'up' || clock.nowMs() - connectedSinceMs < patienceAfterOutageMs) return undefined;
    if (!this.mayStillWrite()) return undefined;
    const keys = [this.#lock, this.#keys.shard(shard), this.#keys.alive(shard, epoch)];
    const values = [this.#token, epoch, timeToLiveSeconds.running];
    const sequence = await this.#connection.answer(runScript(commands, endEpoch, keys, values));
    if (sequence === lockIsNotMine) this.release();
    return typeof sequence === 'number' && sequence >= 0 ? sequence : undefined;
  }

  /** Ends the lease on our side; the lock is the queue's to give back. */
  release(): void {
    clearInterval(this.#timer);
    this.#deadline.stop();
    this.#end.abort();
  }

  #isTimeToStore(): boolean {
    const elapsedMs = this.#connection.clock.nowMs() - this.#storedAtMs;
    if (elapsedMs < this.#storedBytes / storedBytesPerMs) return false;
    return this.#unstored >= storeAfterCount || elapsedMs >= storeAfterMs;
  }

  async #store(upToId: string, state: Uint8Array): Promise<boolean> {
    const { aggregation, snapshots, events, plan, record, files } = this.#keys;
    const job = aggregationJobKey(this.plan.runId);
    const alsoKept = [plan, record, events, appendedKey(events), files, job, ...datasetKeys(this.plan)];
    const keys = [this.#lock, aggregation, snapshots, ...alsoKept];
    const { leaseMs } = this.#connection;
    const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength);
    this.#storedBytes = bytes.length;
    return await this.#whileMine(() =>
      runScript(this.#connection.commands, storeAggregation, keys, [
        this.#token,
        leaseMs,
        upToId,
        idAfter(upToId),
        bytes,
        timeToLiveSeconds.running,
      ]),
    );
  }

  #beat(): void {
    if (this.#renewing) return;
    this.#renewing = true;
    void this.#renew().finally(() => {
      this.#renewing = false;
    });
  }

  async #renew(): Promise<void> {
    const { commands, leaseMs } = this.#connection;
    const renewal = () => runScript(commands, renewAggregation, [this.#lock], [this.#token, leaseMs]);
    await this.#whileMine(renewal).catch(() => {});
  }

  /** Runs a script that renews the lock and returns 1 while it is mine; otherwise ends the lease. */
  async #whileMine(script: () => Promise<unknown>): Promise<boolean> {
    const sentAtMs = this.#connection.clock.nowMs();
    const isMine = (await this.#connection.answer(script())) === 1;
    if (isMine) this.#deadline.confirm(sentAtMs);
    else this.release();
    return isMine && this.mayStillWrite();
  }
}
