import type { CommitResult, LeaseEnd, MetricsSnapshot, RunPlan, ShardCheckpoint } from '@tokenstorm/core';
import { Engine } from '../engine.ts';
import { RunControl } from '../run-control.ts';
import { ShardControl } from '../shard-control.ts';
import { runShard } from '../shard-runner.ts';
import { WorkerClosing } from '../worker-closing.ts';
import { TestLease, transportOf } from './run-setup.ts';

/** One holder of a shard after the other, each with an engine of its own, as in other processes. */
export class HandedShard {
  /** What was committed, in this order. */
  readonly snapshots: MetricsSnapshot[] = [];
  checkpoint: ShardCheckpoint | undefined;
  readonly #plan: RunPlan;
  readonly #counters = new Map<string, number>();
  readonly #transport = transportOf();
  readonly #startAtEpochMs: number;
  readonly #ended: Promise<unknown>[] = [];
  #reserved: Readonly<Record<string, number>> = {};
  #epoch = 0;

  /** The run starts so many ms from now. */
  constructor(plan: RunPlan, startsInMs: number) {
    this.#plan = plan;
    this.#startAtEpochMs = this.#transport.clock.epochMs() + startsInMs;
  }

  get epochs(): number {
    return this.#epoch;
  }

  /** Ms since the run's start. */
  get elapsedMs(): number {
    return this.#transport.clock.epochMs() - this.#startAtEpochMs;
  }

  /** The next holder takes it. The returned function takes it away again, and resolves when the next one may have it. */
  async take(): Promise<Holder> {
    this.#epoch += 1;
    const epoch = this.#epoch;
    const state = { isDead: false };
    const yielded = Promise.withResolvers<void>();
    const lease = new TestLease(this.#plan, {
      epoch,
      counters: this.#counters,
      reserved: this.#reserved,
      ...(this.checkpoint !== undefined && { checkpoint: this.checkpoint }),
      answer: (): CommitResult | Promise<never> => (state.isDead ? new Promise<never>(() => {}) : 'stored'),
    });
    const commit = lease.commit.bind(lease);
    lease.commit = async (snapshot, checkpoint) => {
      const result = await commit(snapshot, checkpoint);
      this.snapshots.push(snapshot);
      if (epoch !== this.#epoch) return 'late';
      this.checkpoint = checkpoint;
      if (checkpoint.yielded) lease.isHeld = false;
      if (checkpoint.yielded) yielded.resolve();
      return result;
    };
    const engine = new Engine({
      plan: this.#plan,
      transport: this.#transport,
      workerId: `w${epoch}`,
      environment: {},
    });
    await engine.prepare('eu');
    const { clock } = this.#transport;
    const run = new RunControl(clock);
    run.observe({ type: 'run-start', startAtEpochMs: this.#startAtEpochMs });
    const signal = new AbortController();
    const closing = new WorkerClosing(0);
    const running = runShard({
      lease,
      engine,
      control: new ShardControl(run, lease, signal.signal, () => clock.nowMs()),
      closing,
      onLetGo: () => {},
      onUncommitted: () => {},
    });
    const end = async (reason: LeaseEnd) => {
      state.isDead = reason !== 'yield';
      if (state.isDead) lease.isHeld = false;
      signal.abort(reason);
      await Promise.race([reason === 'yield' ? yielded.promise : undefined, running]);
      this.#reserved = { ...lease.reserved };
      const ended = state.isDead ? Promise.resolve() : running;
      this.#ended.push(ended.then(() => engine[Symbol.asyncDispose]()));
    };
    return { running: running.then(() => engine[Symbol.asyncDispose]()), end };
  }

  /** Resolves when all tails have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#ended);
  }
}

export interface Holder {
  /** Settles as the handler does, when it does. */
  readonly running: Promise<void>;
  /** The shard is given back, or its holder dies: nothing of it is committed any more, or sent. Resolves when the next one may have it. */
  end(reason: 'yield' | 'frozen'): Promise<void>;
}
