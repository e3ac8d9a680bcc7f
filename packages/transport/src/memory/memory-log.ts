import type { Log, LogEntry } from '@tokenstorm/core';

/** A log in this process's memory. Ids are decimal numbers from 1. */
export class MemoryLog<T> implements Log<T> {
  #entries: LogEntry<T>[] = [];
  #lastId = 0;
  readonly #wakeReaders = new Set<() => void>();

  async append(value: T): Promise<void> {
    this.#lastId += 1;
    this.#entries.push({ id: String(this.#lastId), value });
    const waiting = [...this.#wakeReaders];
    this.#wakeReaders.clear();
    for (const wake of waiting) wake();
  }

  async *read(options: { afterId?: string; signal: AbortSignal }): AsyncIterable<LogEntry<T>> {
    let readUpTo = Number(options.afterId ?? 0);
    while (!options.signal.aborted) {
      const next = this.#entries.find((entry) => Number(entry.id) > readUpTo);
      if (next === undefined) {
        await this.#nextAppend(options.signal);
      } else {
        readUpTo = Number(next.id);
        yield next;
      }
    }
  }

  async trim(upToId: string): Promise<void> {
    this.#entries = this.#entries.filter((entry) => Number(entry.id) > Number(upToId));
  }

  #nextAppend(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakeReaders.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wakeReaders.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
