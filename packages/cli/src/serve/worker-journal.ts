import type { CommitResult, LeaseEnd, MetricsSnapshot, Shard } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { numbered } from '../view/number-text.ts';
import type { ServiceLog } from './service-log.ts';
import type { ShardObserver } from './watched-shards.ts';

/** Shards change hands in batches, one commit after the other: those of so long are one line. They end one after the other, too. */
const gatherMs = 300;
const gatherDoneMs = 3000;

type Change = 'taken' | 'yielded' | 'lost' | 'fenced' | 'done';

const words: Readonly<Record<Change, string>> = {
  taken: 'taken',
  yielded: 'given back',
  lost: 'lost: the lease could not be renewed in time',
  fenced: 'fenced: what was not stored by then counts as lost, or the run is over',
  done: 'done',
};

/** Writes down what becomes of a worker's shards: one line for each change of a run. */
export class WorkerJournal implements ShardObserver {
  readonly #log: ServiceLog;
  readonly #held = new Map<Shard, 'holding' | 'ending'>();
  readonly #changes = new Map<string, Map<Change, number>>();
  /** The last reason by run. */
  readonly #failures = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;

  constructor(log: ServiceLog) {
    this.#log = log;
  }

  taken(shard: Shard): void {
    this.#held.set(shard, 'holding');
    this.#note(shard, 'taken');
  }

  ended(shard: Shard, end: LeaseEnd): void {
    this.#held.set(shard, 'ending');
    this.#note(shard, end === 'yield' ? 'yielded' : 'lost');
  }

  committing(): void {}

  committed(shard: Shard, _snapshot: MetricsSnapshot, result: CommitResult): void {
    if (result === 'fenced') this.#note(shard, 'fenced');
  }

  /** All shards of a run mostly fail for one reason: it is written once. */
  failed({ plan: { runId: run } }: Shard, reason: string): void {
    if (this.#failures.get(run) === reason) return;
    this.#failures.set(run, reason);
    this.#log.error('failed', `run ${run}: ${reason}`, { run });
  }

  left(shard: Shard, isDone: boolean): void {
    if (isDone) this.#note(shard, 'done');
    this.#held.delete(shard);
    if (!this.#isHeld(shard.plan.runId)) this.#note(shard);
  }

  /** Writes what it still knows. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [run, changes] of this.#changes) this.#write(run, changes);
    this.#changes.clear();
  }

  #note({ plan }: Shard, change?: Change): void {
    const changes = this.#changes.get(plan.runId) ?? new Map<Change, number>();
    this.#changes.set(plan.runId, changes);
    if (change !== undefined) changes.set(change, (changes.get(change) ?? 0) + 1);
    this.#flushWithin(change === 'done' && this.#isHeld(plan.runId) ? gatherDoneMs : gatherMs);
  }

  #flushWithin(ms: number): void {
    const dueMs = systemClock.nowMs() + ms;
    if (this.#timer !== undefined && this.#dueMs <= dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => this.flush(), ms);
  }

  #write(run: string, changes: ReadonlyMap<Change, number>): void {
    for (const [change, count] of changes) {
      const say = change === 'lost' || change === 'fenced' ? 'warning' : 'info';
      this.#log[say](
        change,
        `run ${run}: ${numbered(count, 'shard')} ${words[change]}, ${this.#heldText(run)}`,
        {
          run,
          shards: count,
        },
      );
    }
    if (this.#isHeld(run)) return;
    this.#failures.delete(run);
    this.#log.info('left', `run ${run}: nothing more to do here`, { run });
  }

  #heldText(runId: string): string {
    const states = [...this.#held].filter(([{ plan }]) => plan.runId === runId).map(([, state]) => state);
    const ending = states.filter((state) => state === 'ending').length;
    const finishing = ending === 0 ? '' : `, ${ending} with requests still under way`;
    return `${states.length - ending} held${finishing}`;
  }

  #isHeld(runId: string): boolean {
    return this.#held.keys().some(({ plan }) => plan.runId === runId);
  }
}
