import type { MetricsSnapshot } from '@tokenstorm/core';

/** An entry of one of several sources. */
export interface SourcedEntry<T> {
  readonly source: number;
  readonly entry: T;
}

/** The entries of several sources, each in its own order, as far as that allows by the end of their snapshots' intervals. */
export async function* byTime<T>(
  sources: readonly AsyncIterable<T>[],
  snapshotOf: (entry: T) => MetricsSnapshot,
): AsyncGenerator<SourcedEntry<T>> {
  const readers = sources.map((source) => source[Symbol.asyncIterator]());
  const next = await Promise.all(readers.map((reader) => reader.next()));
  for (;;) {
    const source = earliest(
      next.map((result) => (result.done === true ? undefined : snapshotOf(result.value))),
    );
    if (source === undefined) return;
    const { value: entry } = next[source] as IteratorYieldResult<T>;
    yield { source, entry };
    next[source] = await readers[source]!.next();
  }
}

/** The place of the snapshot that ends first; undefined where there is none. */
function earliest(snapshots: readonly (MetricsSnapshot | undefined)[]): number | undefined {
  let found: { readonly place: number; readonly endMs: number } | undefined;
  for (const [place, snapshot] of snapshots.entries()) {
    if (snapshot === undefined) continue;
    const endMs = snapshot.intervalStartMs + snapshot.intervalMs;
    if (found === undefined || endMs < found.endMs) found = { place, endMs };
  }
  return found?.place;
}
