import type { Log, LogEntry } from '@tokenstorm/core';

/** The same log, each of whose entries is shown to `onEntry` too, in the order in which they are read and before whoever reads gets them. */
export function tapLog<T>(log: Log<T>, onEntry: (value: T) => void): Log<T> {
  return {
    append: (value) => log.append(value),
    trim: (upToId) => log.trim(upToId),
    read: (options) => tapped(log.read(options), onEntry),
  };
}

async function* tapped<T>(
  entries: AsyncIterable<LogEntry<T>>,
  onEntry: (value: T) => void,
): AsyncGenerator<LogEntry<T>> {
  for await (const entry of entries) {
    onEntry(entry.value);
    yield entry;
  }
}
