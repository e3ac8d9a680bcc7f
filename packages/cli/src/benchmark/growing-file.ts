import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const lookEveryMs = 100;
const chunkBytes = 65_536;

/** Reads whole lines of a file while another part of the process writes it. */
export class GrowingFile implements Disposable {
  readonly #path: string;
  readonly #onLine: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #decoder = new StringDecoder('utf8');
  #position = 0;
  #rest = '';

  constructor(path: string, onLine: (line: string) => void) {
    this.#path = path;
    this.#onLine = onLine;
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  /** Hands on every line that has been finished since. */
  look(): void {
    const file = openOrNone(this.#path);
    if (file === undefined) return;
    try {
      const buffer = Buffer.alloc(chunkBytes);
      for (;;) {
        const count = readSync(file, buffer, 0, chunkBytes, this.#position);
        if (count === 0) break;
        this.#position += count;
        this.#rest += this.#decoder.write(buffer.subarray(0, count));
      }
    } finally {
      closeSync(file);
    }
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.#onLine(line);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** It is there only once the run has begun. */
function openOrNone(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
