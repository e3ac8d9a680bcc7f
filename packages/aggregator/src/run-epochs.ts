import { TokenstormError } from '@tokenstorm/core';
import type { MetricsSnapshot, RunPlan, SeriesLabels } from '@tokenstorm/core';
import type { Loss } from './epoch.ts';
import { LabelTable } from './label-table.ts';
import { ShardEpochs } from './shard-epochs.ts';
import type { ShardEpochsState } from './shard-epochs.ts';

/** So many epochs of a shard may pass without a word before one that speaks is taken for damaged. */
const mostSilentEpochs = 10_000;

/** One holder's time with a shard. */
export interface EpochName {
  readonly shard: number;
  readonly epoch: number;
}

/** A `RunEpochs` as plain data. */
export interface RunEpochsState {
  readonly labels: readonly SeriesLabels[];
  readonly shards: readonly (readonly [shard: number, state: ShardEpochsState])[];
}

/** How far each shard of a run has got, holder by holder: which snapshots are new, what is lost, and up to when the run is known. */
export class RunEpochs {
  readonly #runId: string;
  readonly #labels = new LabelTable();
  readonly #shards: ReadonlyMap<number, ShardEpochs>;
  readonly #undone = new Set<number>();
  readonly #upToMs = new Map<number, number>();

  constructor({ runId, shards }: RunPlan) {
    this.#runId = runId;
    this.#shards = new Map(shards.map((slice) => [slice.shard, new ShardEpochs(slice, this.#labels)]));
    for (const shard of this.#shards.keys()) this.#note(shard);
  }

  state(): RunEpochsState {
    return {
      labels: this.#labels.all,
      shards: [...this.#shards].map(([shard, epochs]) => [shard, epochs.state()]),
    };
  }

  restore({ labels, shards }: RunEpochsState): void {
    for (const each of labels) this.#labels.indexOf(each);
    for (const [shard, state] of shards) {
      this.#shards.get(shard)?.restore(state);
      this.#note(shard);
    }
  }

  /** What has become lost with it; `undefined` for a snapshot that is not of this run, was added before, or is later than its epoch's end. */
  add(snapshot: MetricsSnapshot): readonly Loss[] | undefined {
    const { runId, shard, epoch } = snapshot;
    const epochs = this.#shards.get(shard);
    if (epochs === undefined || runId !== this.#runId) return undefined;
    if (!Number.isInteger(epoch) || epoch < 1 || epoch > epochs.latest + mostSilentEpochs)
      throw new TokenstormError('E_INTERNAL', `a snapshot of shard ${shard} has the epoch ${epoch}`);
    if (!epochs.add(snapshot)) return undefined;
    return this.#settled(shard, epochs);
  }

  /** None of an epoch's snapshots was stored after the one with this sequence, nor will be. Gives what has become lost with it. */
  endAt({ shard, epoch }: EpochName, sequence: number): readonly Loss[] {
    const epochs = this.#shards.get(shard);
    if (epochs === undefined) return [];
    epochs.endAt(epoch, sequence);
    return this.#settled(shard, epochs);
  }

  /** Nothing more will come: everything that has no outcome is lost. */
  endAll(): readonly Loss[] {
    return [...this.#shards.values()].flatMap((epochs) => epochs.settle(true));
  }

  /** All shards are done, and all that their earlier holders had under way is known. */
  get areDone(): boolean {
    return this.#undone.size === 0;
  }

  /** Everything that became known before this many ms from the run's start has come; Infinity once all shards are done. */
  get knownUpToMs(): number {
    let upToMs = Infinity;
    for (const shardUpToMs of this.#upToMs.values()) upToMs = Math.min(upToMs, shardUpToMs);
    return upToMs;
  }

  /** By number of the shard. */
  get undone(): readonly ShardEpochs[] {
    return this.all.filter(({ slice }) => this.#undone.has(slice.shard));
  }

  /** The shard of this number, which is one of the plan's. */
  of(shard: number): ShardEpochs {
    return this.#shards.get(shard)!;
  }

  get all(): readonly ShardEpochs[] {
    return [...this.#shards.values()];
  }

  /** Epochs whose shard has gone on with another holder, and whose end is not known. */
  get superseded(): readonly EpochName[] {
    return this.undone.flatMap(({ slice: { shard }, open, latest }) =>
      open.filter((epoch) => epoch < latest).map((epoch) => ({ shard, epoch })),
    );
  }

  #settled(shard: number, epochs: ShardEpochs): readonly Loss[] {
    const losses = epochs.settle();
    this.#note(shard);
    return losses;
  }

  #note(shard: number): void {
    const epochs = this.#shards.get(shard)!;
    this.#upToMs.set(shard, epochs.knownUpToMs);
    if (epochs.isDone) this.#undone.delete(shard);
    else this.#undone.add(shard);
  }
}
