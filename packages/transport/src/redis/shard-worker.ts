import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardHandler, ShardPreparation } from '@tokenstorm/core';
import { systemClock, wallNowMs } from '../clock.ts';
import { RunningHandlers } from '../memory/running-handlers.ts';
import type { ConnectionState, RedisConnection } from './connection.ts';
import { fairShare, surplus } from './fair-share.ts';
import type { RegionView, SharedRuns } from './fair-share.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { KeptLock } from './lease-kept.ts';
import { Presence } from './presence.ts';
import { settledWithin } from './settled-within.ts';
import { giveBackJob, ShardJobs } from './shard-jobs.ts';
import type { ShardJob } from './shard-jobs.ts';
import type { RedisShardLease } from './shard-lease.ts';
import { isEnded, tellingProblems } from './shard-problems.ts';
import type { OnProblem } from './shard-problems.ts';
import type { ShardTaker } from './shard-taker.ts';

const longestBeatMs = 1000;
/** How often a worker that holds less than its share looks for shards. */
const longestLookMs = 250;
/** How often it does when others have just come or gone: what they give back runs nowhere until somebody takes it. */
const shortestLookMs = 25;
/** For so many beats: each of the others hears of it with its next one. */
const hurriedBeats = 3;
/** So many shards are fetched beside each other: Redis may be far away. */
const fetchesAtOnce = 32;
/** A worker that is not ready for the runs that go on by then shares them all the same. */
const longestPreparationMs = 30_000;
/** What must not wait for a Redis that is away. */
const longestFarewellMs = 1000;
/** A shard that was just taken is not given back at once: shares may still be moving. */
const leastHeldMs = 1000;
/** After an outage the first beat of each worker finds nobody else there yet; from the second one on shares are right. */
const beatsAfterOutage = 2;

const nothingSeen: RegionView = { members: 0, shared: [] };

export interface ShardWorkerParts {
  readonly connection: RedisConnection;
  readonly region: string;
  /** Unique among the workers of the region. */
  readonly memberId: string;
  readonly handler: ShardHandler;
  readonly prepare?: ShardPreparation;
  readonly taker: ShardTaker;
  readonly keeper: LeaseKeeper;
  readonly onProblem: OnProblem;
}

/** One caller of `work`: takes its fair share of a region's shards, and runs its handler for each. */
export class ShardWorker implements AsyncDisposable {
  readonly #parts: ShardWorkerParts;
  readonly #jobs: ShardJobs;
  readonly #presence: Presence;
  readonly #beatMs: number;
  readonly #lookMs: number;
  readonly #leases = new Set<RedisShardLease>();
  readonly #handlers = new RunningHandlers();
  readonly #stop = new AbortController();
  readonly #stopListening: () => void;
  #region: RegionView = nothingSeen;
  /** The run of each shard that was finished here. */
  #finishedRuns: string[] = [];
  /** Runs that this worker is not fit for. */
  #staysOutOf: readonly string[] = [];
  #beatenAtMs = -Infinity;
  #beatsUntilFetch = 1;
  #hurriesUntilMs = -Infinity;
  #looking: Promise<void> = Promise.resolve();
  #ended: Promise<void> | undefined;

  constructor(parts: ShardWorkerParts) {
    const { connection, region, memberId, onProblem } = parts;
    this.#parts = parts;
    this.#jobs = new ShardJobs(connection, region, memberId, onProblem);
    this.#presence = new Presence(connection, region, memberId);
    this.#beatMs = Math.min(longestBeatMs, Math.ceil(connection.leaseMs / 10));
    this.#lookMs = Math.min(longestLookMs, this.#beatMs);
    this.#stopListening = connection.onChange((state) => this.#connectionTurned(state));
  }

  /** Resolves when it has looked for shards a first time. */
  async start(): Promise<void> {
    await this.#jobs.start();
    await settledWithin(this.#telling(this.#prepare()), longestPreparationMs);
    await this.#turn();
    this.#looking = this.#look();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    this.#stopListening();
    await settledWithin(this.#telling(this.#presence.leave()), longestFarewellMs);
    await this.#othersHaveHeard();
    for (const lease of this.#leases) lease.yield();
    try {
      await this.#looking;
      await this.#handlers.ended();
    } finally {
      await this.#jobs.close();
    }
  }

  /** With their next beat they begin to look for what this one holds: until then it goes on here. */
  async #othersHaveHeard(): Promise<void> {
    const isNobodyThere = this.#region.members <= 1 || this.#held().length === 0;
    if (!isNobodyThere && this.#parts.connection.state === 'up') await sleep(this.#beatMs + this.#lookMs);
  }

  /** Gets ready for the runs that go on without this worker, and finds out of which it has to stay out. */
  async #prepare(): Promise<void> {
    const { prepare, taker, region } = this.#parts;
    if (prepare === undefined) return;
    const { shared } = await this.#presence.look();
    const preparing = shared
      .flatMap(({ runIds }) => runIds)
      .map(async (runId) => {
        const plan = await taker.planOf(runId);
        if (plan === undefined || (await prepare({ plan, region })) === 'ready') return;
        this.#staysOutOf = [...this.#staysOutOf, runId];
      });
    await Promise.allSettled(preparing);
  }

  async #look(): Promise<void> {
    while (!this.#hasEnded()) {
      await sleep(this.#pauseMs, undefined, { signal: this.#stop.signal }).catch(() => {});
      if (!this.#hasEnded()) await this.#turn();
    }
  }

  get #pauseMs(): number {
    const isHurried = systemClock.nowMs() < this.#hurriesUntilMs && this.#missing > 0;
    return isHurried ? Math.min(shortestLookMs, this.#lookMs) : this.#lookMs;
  }

  #turn(): Promise<void> {
    return this.#telling(this.#beatAndFetch());
  }

  async #beatAndFetch(): Promise<void> {
    if (systemClock.nowMs() - this.#beatenAtMs >= this.#beatMs) await this.#beat();
    if (this.#beatsUntilFetch > 0) return;
    // Mostly there is none: one is asked for first, and then as many as may be.
    let count = 1;
    while (!this.#hasEnded() && this.#missing > 0) {
      const asked = Math.min(this.#missing, count);
      const fetched = await Promise.all(Array.from({ length: asked }, () => this.#tryToFetch()));
      if (fetched.includes(false)) return;
      count = fetchesAtOnce;
    }
  }

  /** Shards that it may take beside those that it holds. */
  get #missing(): number {
    return this.#region.shared.reduce((sum, runs) => sum + this.#missingOf(runs), 0);
  }

  #missingOf(runs: SharedRuns): number {
    return Math.max(0, fairShare(runs) - this.#heldOf(runs).length);
  }

  async #beat(): Promise<void> {
    this.#beatenAtMs = systemClock.nowMs();
    const { members } = this.#region;
    this.#region = await this.#presence.beat(this.#staysOutOf);
    if (this.#region.members !== members)
      this.#hurriesUntilMs = systemClock.nowMs() + hurriedBeats * this.#beatMs;
    if (this.#beatsUntilFetch > 0) this.#beatsUntilFetch -= 1;
    if (this.#beatsUntilFetch === 0) this.#yieldSurplus();
  }

  #yieldSurplus(): void {
    const runs = new Set(this.#region.shared.flatMap(({ runIds }) => runIds));
    this.#finishedRuns = this.#finishedRuns.filter((runId) => runs.has(runId));
    for (const shared of this.#region.shared) this.#yieldSurplusOf(shared);
  }

  #yieldSurplusOf(runs: SharedRuns): void {
    const held = this.#heldOf(runs);
    const finished = this.#finishedRuns.filter((runId) => runs.runIds.includes(runId));
    const youngestFirst = held.toSorted((one, other) => other.takenAtMs - one.takenAtMs);
    const oldEnoughMs = systemClock.nowMs() - leastHeldMs;
    const tooMany = surplus(held.length, finished.length, runs);
    for (const lease of youngestFirst.slice(0, tooMany)) if (lease.takenAtMs <= oldEnoughMs) lease.yield();
  }

  /** False where nothing waits, or nothing could be had. */
  async #tryToFetch(): Promise<boolean> {
    const fetching = this.#fetch();
    await this.#telling(fetching);
    return await fetching.catch(() => false);
  }

  async #fetch(): Promise<boolean> {
    const { connection, taker } = this.#parts;
    const token = randomUUID();
    const sentAtMs = systemClock.nowMs();
    const sentAtWallMs = wallNowMs();
    const job = await this.#jobs.fetch(token);
    if (job === undefined) return false;
    if (this.#hasEnded() || systemClock.nowMs() - sentAtMs > connection.leaseMs / 2) {
      await giveBackJob(job, token);
      return true;
    }
    if (!this.#mayHave(job)) {
      await giveBackJob(job, token);
      return false;
    }
    const lease = await taker.take({ job, token, sentAtMs, sentAtWallMs });
    if (lease !== undefined) this.#begin(lease, job, token);
    return true;
  }

  /** Others share the runs of which this one has its part, or stays out: they fetch it. */
  #mayHave({ data }: ShardJob): boolean {
    const runs = this.#sharedWith(data.runId);
    return runs !== undefined && this.#missingOf(runs) > 0;
  }

  #begin(lease: RedisShardLease, job: ShardJob, token: string): void {
    this.#leases.add(lease);
    this.#parts.keeper.add(lease);
    if (this.#hasEnded()) lease.yield();
    this.#handlers.add(this.#handle(lease, job, token));
  }

  async #handle(lease: RedisShardLease, job: ShardJob, token: string): Promise<void> {
    const { connection, handler, keeper, onProblem } = this.#parts;
    try {
      await handler(lease, lease.signal);
      await lease.close();
    } catch (cause) {
      if (await lease.fail()) keeper.add(new KeptLock(connection, onProblem, job, token));
      throw cause;
    } finally {
      if (lease.isFinished) this.#finishedRuns.push(lease.shard.plan.runId);
      keeper.delete(lease);
      this.#leases.delete(lease);
    }
  }

  /** What counts against its share of these runs. */
  #heldOf(runs: SharedRuns): RedisShardLease[] {
    return this.#held().filter(({ shard }) => this.#sharedWith(shard.plan.runId) === runs);
  }

  /** A run that began after the last beat counts as one that all share: one of which nobody stays out comes first where there is one. */
  #sharedWith(runId: string): SharedRuns | undefined {
    const { shared } = this.#region;
    return shared.find(({ runIds }) => runIds.includes(runId)) ?? shared[0];
  }

  /** What it holds and was not asked to give back. */
  #held(): RedisShardLease[] {
    return [...this.#leases].filter((lease) => lease.isHeld && !lease.signal.aborted);
  }

  #connectionTurned(state: ConnectionState): void {
    if (state === 'lost') this.#beatsUntilFetch = beatsAfterOutage;
  }

  #hasEnded(): boolean {
    return this.#stop.signal.aborted || isEnded(this.#parts.connection);
  }

  #telling(command: Promise<unknown>): Promise<void> {
    const { connection, onProblem } = this.#parts;
    return tellingProblems(connection, onProblem, command);
  }
}
