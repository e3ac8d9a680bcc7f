import { TokenstormError } from '@tokenstorm/core';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { byTime } from './by-time.ts';
import { longestChain } from './snapshot-chain.ts';
import type { SnapshotSpan } from './snapshot-chain.ts';
import type { SnapshotEnd, SnapshotHeader } from './snapshot-line.ts';
import { SnapshotLogFile } from './snapshot-log-file.ts';
import type { LoggedSnapshot } from './snapshot-log-file.ts';

/** A run whose snapshots are in one log, or in several that may overlap; read once. */
export class RunParts {
  readonly #logs: readonly SnapshotLogFile[];
  readonly #main: SnapshotLogFile;
  #leftOut = 0;

  private constructor(logs: readonly SnapshotLogFile[], main: SnapshotLogFile) {
    this.#logs = logs;
    this.#main = main;
  }

  /** The runs that these logs are of, in the order of their first log. Rejects with `E_FILE` where one is no log, or the beginning of a run is in none. */
  static async open(paths: readonly string[]): Promise<readonly RunParts[]> {
    const logs = await Promise.all(paths.map(openLog));
    const runs = Map.groupBy(logs, ({ header }) => header.plan.runId);
    return [...runs.values()].map((parts) => new RunParts(parts, beginningOf(parts)));
  }

  get header(): SnapshotHeader {
    const intervalMs = Math.max(...this.#logs.map(({ header }) => header.intervalMs));
    const isStrict = this.#logs.some(({ header }) => header.failOn === 'suspect');
    return { ...this.#main.header, intervalMs, failOn: isStrict ? 'suspect' : 'invalid' };
  }

  get paths(): readonly string[] {
    return this.#logs.map(({ path }) => path);
  }

  /** Each snapshot once, those of an epoch in their order. Rejects with `E_FILE` for a log that is damaged. */
  async *snapshots(): AsyncGenerator<MetricsSnapshot> {
    if (this.#logs.length > 1) return yield* this.#together();
    for await (const { snapshot } of this.#main.snapshots()) yield snapshot;
  }

  /** Absent where no log has the end of the run. Known, as all that follows, when the snapshots have been read. */
  get end(): SnapshotEnd | undefined {
    return this.#logs.find(({ end }) => end !== undefined)?.end;
  }

  /** How the run ended, as the log says that has its end, or else the one that goes furthest. */
  get ended(): SnapshotEnd['ended'] {
    const [furthest] = this.#logs
      .filter(({ header }) => header.part?.kind !== 'leftovers')
      .toSorted((a, b) => b.endMs - a.endMs);
    return this.end?.ended ?? (furthest ?? this.#main).ended;
  }

  /** End of the last interval, ms from the run's start. */
  get endMs(): number {
    return Math.max(...this.#logs.map(({ endMs }) => endMs));
  }

  /** Snapshots that follow on others which are in none of the logs: their sums would be wrong, so they are left out. */
  get leftOut(): number {
    return this.#leftOut;
  }

  async *#together(): AsyncGenerator<MetricsSnapshot> {
    const chosen = await this.#choose();
    const sources = this.#logs.map((log) => log.snapshots());
    for await (const { source, entry } of byTime(sources, ({ snapshot }) => snapshot))
      yield* chosen.get(keyOf(entry))?.take(source, entry) ?? [];
  }

  /** Looks at all of it: which log to take what of. */
  async #choose(): Promise<ReadonlyMap<string, ChosenSnapshots>> {
    const spans = new Map<string, SnapshotSpan[]>();
    for (const [source, path] of this.paths.entries()) {
      for await (const entry of (await openLog(path)).snapshots()) {
        const ofEpoch = spans.get(keyOf(entry)) ?? [];
        spans.set(keyOf(entry), ofEpoch);
        ofEpoch.push({ from: entry.from, to: entry.snapshot.sequence, source });
      }
    }
    return new Map([...spans].map(([key, all]) => [key, this.#chosenOf(all)]));
  }

  #chosenOf(spans: readonly SnapshotSpan[]): ChosenSnapshots {
    const chain = longestChain(spans);
    const reach = chain.at(-1)?.to ?? 0;
    this.#leftOut += new Set(spans.map(({ to }) => to).filter((to) => to > reach)).size;
    return new ChosenSnapshots(chain);
  }
}

/** What is taken of an epoch, in its order: what a log has too early waits for what another one has. */
class ChosenSnapshots {
  /** Place in the order by log and first sequence. */
  readonly #places: ReadonlyMap<string, number>;
  readonly #waiting = new Map<number, MetricsSnapshot>();
  #next = 0;

  constructor(chain: readonly SnapshotSpan[]) {
    this.#places = new Map(chain.map(({ source, from }, place) => [`${source} ${from}`, place]));
  }

  *take(source: number, { snapshot, from }: LoggedSnapshot): Generator<MetricsSnapshot> {
    const place = this.#places.get(`${source} ${from}`);
    if (place === undefined) return;
    this.#waiting.set(place, snapshot);
    for (
      let found = this.#waiting.get(this.#next);
      found !== undefined;
      found = this.#waiting.get(this.#next)
    ) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      yield found;
    }
  }
}

async function openLog(path: string): Promise<SnapshotLogFile> {
  const log = await SnapshotLogFile.open(path);
  if (log === undefined) throw new TokenstormError('E_FILE', `${path} is no snapshot log`);
  return log;
}

function keyOf({ snapshot: { shard, epoch } }: LoggedSnapshot): string {
  return `${shard} ${epoch}`;
}

/** What comes later can only be added to what came first. */
function beginningOf(logs: readonly SnapshotLogFile[]): SnapshotLogFile {
  const found = logs.find(({ header: { part } }) => part === undefined || part.kind === 'beginning');
  if (found !== undefined) return found;
  const [{ path, header }] = logs as [SnapshotLogFile, ...SnapshotLogFile[]];
  const isLeft = header.part?.kind === 'leftovers';
  const what = isLeft ? 'has what a worker could not commit' : 'goes on where another log left off';
  throw new TokenstormError(
    'E_FILE',
    `${path} ${what}: the beginning of the run ${header.plan.runId} is missing`,
    {
      hint: `Give the other logs of the run too: tokenstorm report ${path} OTHER…; its aggregators keep them in their stores.`,
    },
  );
}
