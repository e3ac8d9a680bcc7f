import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { TruthRecord } from './truth-record.ts';

/** Lines of JSON appended to a file, gathered and written at most every 100 ms. */
export class TruthFile {
  readonly #stream: WriteStream;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string) {
    this.#stream = createWriteStream(path, { flags: 'a' });
    // Reported by `close`; without a listener it would end the process in the middle of a run.
    this.#stream.on('error', () => undefined);
  }

  append(record: TruthRecord): void {
    this.#lines.push(JSON.stringify(record));
    this.#timer ??= setTimeout(this.#flush, 100).unref();
  }

  /** Writes what is left. Rejects where the file could not be written. */
  async close(): Promise<void> {
    this.#flush();
    this.#stream.end();
    await finished(this.#stream);
  }

  readonly #flush = (): void => {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#lines.length > 0) this.#stream.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  };
}
