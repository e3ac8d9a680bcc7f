import type { MetricsSnapshot, Random, TakeOver } from '@tokenstorm/core';
import { call, series, snapshot } from './snapshots.ts';

export const storyModels = ['small', 'large'] as const;
type Model = (typeof storyModels)[number];

interface Arrival {
  readonly model: Model;
  readonly dueMs: number;
  readonly endMs: number;
  readonly fails: boolean;
  /** What can be known of it in the end; absent where nobody told that it was due. */
  fate?: 'completed' | 'failed' | 'lost';
}

/** What became of a shard, and what its holders told of it. */
export interface ShardStory {
  readonly shard: number;
  readonly arrivals: readonly Arrival[];
  /** The snapshots that were stored of each epoch; one that was killed at once has none. */
  readonly epochs: readonly (readonly MetricsSnapshot[])[];
  /** Epochs that do not say how they ended. */
  readonly killed: ReadonlySet<number>;
  readonly isFinished: boolean;
  readonly takeOvers: Readonly<Record<TakeOver['after'], number>>;
}

/** A shard of an open loop whose holders are killed, give it back, and lose their tails at random. */
export function shardStory(shard: number, random: Random): ShardStory {
  return new StoryTeller(shard, random).tell();
}

/** How a model's arrivals ended, counted one by one. */
export function storyAccounting(stories: readonly ShardStory[], model: Model) {
  const fates = stories
    .flatMap(({ arrivals }) => arrivals)
    .filter((arrival) => arrival.model === model && arrival.fate !== undefined)
    .map(({ fate }) => fate);
  const [completed, failed, lost] = (['completed', 'failed', 'lost'] as const).map(
    (end) => fates.filter((fate) => fate === end).length,
  );
  return { scheduled: fates.length, completed, failed, dropped: 0, lost, cancelled: 0 };
}

/** One holder's time with the shard. */
interface Holding {
  readonly epoch: number;
  readonly fromMs: number;
  /** Index of the first arrival that is its own. */
  readonly first: number;
  readonly takeOver?: TakeOver;
}

class StoryTeller {
  readonly #shard: number;
  readonly #random: Random;
  readonly #endMs: number;
  readonly #arrivals: readonly Arrival[];
  readonly #epochs: (readonly MetricsSnapshot[])[] = [];
  readonly #killed = new Set<number>();
  readonly #takeOvers = { yield: 0, loss: 0 };

  constructor(shard: number, random: Random) {
    this.#shard = shard;
    this.#random = random;
    this.#endMs = this.#between(2000, 14_000);
    this.#arrivals = Array.from({ length: this.#between(0, 60) }, () => this.#arrival()).toSorted(
      (a, b) => a.dueMs - b.dueMs,
    );
  }

  tell(): ShardStory {
    let holding: Holding = { epoch: 1, fromMs: 0, first: 0 };
    for (;;) {
      const untilMs = holding.fromMs + this.#between(300, 6000);
      if (untilMs >= this.#endMs) break;
      holding = this.#random.nextUnit() < 0.5 ? this.#yield(holding, untilMs) : this.#kill(holding, untilMs);
    }
    const isFinished = this.#random.nextUnit() < 0.8;
    if (isFinished) this.#finish(holding);
    else this.#kill(holding, this.#endMs);
    return {
      shard: this.#shard,
      arrivals: this.#arrivals,
      epochs: this.#epochs,
      killed: this.#killed,
      isFinished,
      takeOvers: this.#takeOvers,
    };
  }

  /** The next holder passes over what was due until it came. */
  #kill(holding: Holding, untilMs: number): Holding {
    this.#killed.add(holding.epoch);
    this.#commit(holding, this.#sent(holding, untilMs), this.#cuts(holding.fromMs, untilMs));
    const fromMs = untilMs + this.#between(100, 3000);
    return this.#next(holding, { after: 'loss', gapStartMs: untilMs, gapEndMs: fromMs }, fromMs);
  }

  /** The next holder sends what is overdue; answers under way are told of as a tail, which may be cut off. */
  #yield(holding: Holding, untilMs: number): Holding {
    const sent = this.#sent(holding, untilMs);
    const answeredMs = Math.max(untilMs, ...sent.map(({ endMs }) => endMs)) + 1;
    const isCut = this.#random.nextUnit() < 0.4;
    const tailMs = isCut ? this.#between(untilMs, answeredMs) : answeredMs;
    const cuts = [...this.#cuts(holding.fromMs, untilMs), untilMs, ...this.#cuts(untilMs, tailMs)];
    if (isCut) this.#killed.add(holding.epoch);
    if (isCut) this.#commit(holding, sent, cuts);
    else this.#commit(holding, sent, [...cuts, answeredMs], { last: true });
    const fromMs = untilMs + this.#between(1, 50);
    return this.#next(holding, { after: 'yield', gapStartMs: untilMs, gapEndMs: fromMs }, untilMs);
  }

  #finish(holding: Holding): void {
    const sent = this.#sent(holding, Infinity);
    const answeredMs = Math.max(this.#endMs, holding.fromMs, ...sent.map(({ endMs }) => endMs)) + 1;
    this.#commit(holding, sent, [...this.#cuts(holding.fromMs, answeredMs), answeredMs], { final: true });
  }

  #next({ epoch }: Holding, gap: Omit<TakeOver, 'scheduledBefore'>, sendsFromMs: number): Holding {
    const before = this.#arrivals.filter(({ dueMs }) => dueMs < sendsFromMs);
    const scheduledBefore = storyModels.map((model) => ({
      labels: series({}, { labels: { model } }).labels,
      scheduled: before.filter((arrival) => arrival.model === model).length,
    }));
    const takeOver = { ...gap, scheduledBefore };
    return { epoch: epoch + 1, fromMs: gap.gapEndMs, first: before.length, takeOver };
  }

  #commit(
    { epoch, fromMs, first, takeOver }: Holding,
    sent: readonly Arrival[],
    cuts: readonly number[],
    end: Partial<MetricsSnapshot> = {},
  ): void {
    const snapshots = cuts.map((cutMs, index) =>
      snapshot(index + 1, {
        shard: this.#shard,
        epoch,
        workerId: `w${this.#shard}.${epoch}`,
        intervalStartMs: cuts[index - 1] ?? fromMs,
        intervalMs: cutMs - (cuts[index - 1] ?? fromMs),
        ...(index === 0 && takeOver !== undefined && { takeOver }),
        ...told(sent, cuts[index - 1] ?? -Infinity, cutMs),
        ...(index === cuts.length - 1 && end),
      }),
    );
    this.#epochs.push(snapshots);
    const lastMs = cuts.at(-1);
    if (lastMs === undefined) return;
    if (takeOver !== undefined) this.#takeOvers[takeOver.after] += 1;
    for (const arrival of this.#arrivals.slice(0, first)) arrival.fate ??= 'lost';
    for (const arrival of sent) if (arrival.dueMs <= lastMs) arrival.fate = fateOf(arrival, lastMs);
  }

  #sent({ first }: Holding, untilMs: number): readonly Arrival[] {
    return this.#arrivals.slice(first).filter(({ dueMs }) => dueMs < untilMs);
  }

  /** Whole seconds between two moments. */
  #cuts(fromMs: number, untilMs: number): number[] {
    const count = Math.max(0, Math.ceil(untilMs / 1000) - Math.floor(fromMs / 1000) - 1);
    return Array.from({ length: count }, (_, index) => (Math.floor(fromMs / 1000) + index + 1) * 1000);
  }

  #arrival(): Arrival {
    const dueMs = this.#random.nextUnit() * this.#endMs;
    const endMs = dueMs + 1 + this.#random.nextUnit() * 4000;
    const model = storyModels[this.#between(0, 2)]!;
    return { model, dueMs, endMs, fails: this.#random.nextUnit() < 0.2 };
  }

  #between(least: number, below: number): number {
    return Math.floor(least + this.#random.nextUnit() * (below - least));
  }
}

/** What happened to the requests after one moment and up to another. */
function told(sent: readonly Arrival[], afterMs: number, upToMs: number): Partial<MetricsSnapshot> {
  const isIn = (atMs: number) => atMs > afterMs && atMs <= upToMs;
  const all = storyModels.map((model) => {
    const own = sent.filter((arrival) => arrival.model === model);
    const ended = own.filter(({ endMs }) => isIn(endMs));
    const answers = ended.filter(({ fails }) => !fails).map(({ endMs, dueMs }) => endMs - dueMs);
    const accounting = {
      scheduled: own.filter(({ dueMs }) => isIn(dueMs)).length,
      completed: answers.length,
      failed: ended.length - answers.length,
    };
    return series(accounting, { labels: { model }, values: { ttft: answers } });
  });
  const calls = sent
    .filter(({ endMs }) => isIn(endMs))
    .map(({ dueMs, endMs, fails }) =>
      call(dueMs, endMs - dueMs, fails ? { outcome: 'failed', errorKind: 'reset', message: 'gone' } : {}),
    );
  return { series: all, calls };
}

function fateOf({ endMs, fails }: Arrival, toldUpToMs: number): NonNullable<Arrival['fate']> {
  if (endMs > toldUpToMs) return 'lost';
  return fails ? 'failed' : 'completed';
}
