import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { LineBuffer } from './line-buffer.ts';
import type { LineBatch } from './line-buffer.ts';

/** From so many bytes on, what waits is written at once. */
const writeFrom = 65_536;

export interface LineFileOptions {
  /** Longest time that a line waits for others to be written with, ms. */
  readonly flushAfterMs: number;
  /** Bytes that may wait while the disk is busy; lines beyond are not taken. */
  readonly maxPendingBytes: number;
  /** Hears, once, why nothing more can be written. Called outside of `append`. */
  readonly onFailure?: (cause: Error) => void;
}

/**
 * A text file that lines are appended to, in batches, while the event loop turns. Each batch is one append of whole
 * lines, so that several processes may write to one file. After the first write that fails nothing more is written.
 */
export class LineFile implements AsyncDisposable {
  readonly path: string;
  readonly #options: LineFileOptions;
  readonly #pending = new LineBuffer(writeFrom);
  #handle: FileHandle;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> | undefined;
  #failure: Error | undefined;
  #bytes: number;
  #lost = 0;

  private constructor(path: string, handle: FileHandle, bytes: number, options: LineFileOptions) {
    this.path = path;
    this.#handle = handle;
    this.#bytes = bytes;
    this.#options = options;
  }

  /** Opens the file, which is made where there is none. Rejects with what the file system says. */
  static async open(path: string, options: LineFileOptions): Promise<LineFile> {
    const handle = await open(path, 'a');
    return new LineFile(path, handle, (await handle.stat()).size, options);
  }

  /** Bytes of whole batches in the file as far as this object knows: what was there when it was opened, and what it wrote. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lines that were given and are not, or not as a whole, in the file. */
  get linesLost(): number {
    return this.#lost;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Takes a line, without its line end; false where it is not taken because too much waits or a write failed. */
  append(line: string): boolean {
    if (this.#failure !== undefined || this.#pending.bytes >= this.#options.maxPendingBytes) {
      this.#lost += 1;
      return false;
    }
    this.#pending.append(line);
    if (this.#pending.bytes >= writeFrom) this.#startWriting();
    else this.#timer ??= setTimeout(() => this.#startWriting(), this.#options.flushAfterMs);
    return true;
  }

  /** Resolves when everything taken so far is in the file, or lost. */
  async flush(): Promise<void> {
    while (this.#busy !== undefined || this.#pending.bytes > 0) {
      this.#startWriting();
      await this.#busy;
    }
  }

  /**
   * Runs `swap`, which puts another file in this one's place, while nothing is written, and goes on at the end of that
   * file. Rejects where `swap` does; the file that is open then stays.
   */
  async exchange(swap: () => Promise<void>): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
    const swapping = this.#exchange(swap);
    this.#hold(swapping.catch(() => {}));
    await swapping;
  }

  /** Writes what waits and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush();
    await this.#handle.close();
  }

  #startWriting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy === undefined) this.#hold(this.#write());
  }

  /** Keeps others from writing until this is done; then what came meanwhile has its turn. It must not reject. */
  #hold(work: Promise<void>): void {
    this.#busy = this.#release(work);
  }

  async #release(work: Promise<void>): Promise<void> {
    await work;
    this.#busy = undefined;
    if (this.#pending.bytes === 0) return;
    this.#timer ??= setTimeout(() => this.#startWriting(), this.#options.flushAfterMs);
  }

  /** Small batches wait for more: a batch costs far more than a line. */
  async #write(): Promise<void> {
    do {
      const batch = this.#pending.take();
      if (batch === undefined) return;
      await this.#writeBatch(batch);
      this.#pending.reuse(batch);
    } while (this.#pending.bytes >= writeFrom);
  }

  async #writeBatch({ bytes, lines }: LineBatch): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.length) {
        written += (await this.#handle.write(bytes, written)).bytesWritten;
      }
    } catch (cause) {
      this.#lost += lines - countLineEnds(bytes.subarray(0, written));
      this.#fail(cause as Error);
    }
    this.#bytes += written;
  }

  #fail(cause: Error): void {
    this.#failure = cause;
    for (let batch = this.#pending.take(); batch !== undefined; batch = this.#pending.take())
      this.#lost += batch.lines;
    this.#options.onFailure?.(cause);
  }

  async #exchange(swap: () => Promise<void>): Promise<void> {
    await swap();
    const before = this.#handle;
    this.#handle = await open(this.path, 'a');
    this.#bytes = (await this.#handle.stat()).size;
    await before.close();
  }
}

function countLineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}
