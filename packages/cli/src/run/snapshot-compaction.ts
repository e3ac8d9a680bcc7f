import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { LineFile } from '@tokenstorm/transport';
import { compactingSuffix } from './snapshot-store.ts';
import { reasonOf } from './export-file.ts';

/** Lowest priority there is: the load comes first. */
const niceness = 19;

/**
 * Keeps a snapshot log below its size while it is written: a process of its own, with the lowest priority, writes a shorter
 * one beside it, which takes its place once all is in it that was written meanwhile. So the log is whole at every moment,
 * whoever dies.
 */
export class SnapshotCompaction {
  readonly #file: LineFile;
  readonly #maxBytes: number;
  readonly #onProblem: (problem: string) => void;
  readonly #ending = new AbortController();
  #dueBytes: number;
  #working: Promise<void> | undefined;

  constructor(file: LineFile, maxBytes: number, onProblem: (problem: string) => void) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#dueBytes = maxBytes;
    this.#onProblem = onProblem;
  }

  /** Starts where the log has grown too long. */
  look(): void {
    if (this.#working !== undefined || this.#file.bytes < this.#dueBytes) return;
    this.#working = this.#compact()
      .catch((cause: unknown) => {
        if (this.#ending.signal.aborted) return;
        this.#dueBytes = Infinity;
        this.#onProblem(`it could not be kept below ${this.#maxBytes} bytes: ${reasonOf(cause)}`);
      })
      .finally(() => (this.#working = undefined));
  }

  /** Gives up what is under way: the log is whole without it. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#working;
  }

  async #compact(): Promise<void> {
    const { path } = this.#file;
    const shorter = path + compactingSuffix;
    const endByte = this.#file.bytes;
    try {
      await this.#writeShorter([path, shorter, String(endByte), String(this.#maxBytes / 2)]);
      await this.#file.exchange(async () => {
        await pipeline(
          createReadStream(path, { start: endByte }),
          createWriteStream(shorter, { flags: 'a', flush: true }),
        );
        await rename(shorter, path);
      });
    } catch (cause) {
      await unlink(shorter).catch(() => {});
      throw cause;
    }
    // Where all intervals of a shard are one already, the log grows on.
    this.#dueBytes = Math.max(this.#maxBytes, 2 * this.#file.bytes);
  }

  async #writeShorter(words: readonly string[]): Promise<void> {
    const child = spawn(process.execPath, [...conditions(), compactor(), ...words], {
      // Its standard input stays open as long as this process lives: it ends with it.
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {},
      detached: true,
      signal: this.#ending.signal,
      killSignal: 'SIGKILL',
    });
    const [[exitCode], said] = await Promise.all([
      once(child, 'exit').finally(() => child.stdin.destroy()) as Promise<[number | null]>,
      text(child.stderr),
      lowered(child.pid),
    ]);
    if (exitCode !== 0) throw new Error(said.trim().split('\n').at(-1) || `exit code ${exitCode}`);
  }
}

/** Which of a package's files are ours: the sources in development. */
function conditions(): readonly string[] {
  return process.execArgv.filter((word) => word.startsWith('--conditions='));
}

async function lowered(pid: number | undefined): Promise<void> {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch {
    // It is over already, or the system knows no priorities.
  }
}

/** The process's own file, beside this one: TypeScript in development, JavaScript once built. */
function compactor(): string {
  const name = import.meta.url.endsWith('.ts')
    ? './compact-snapshots-main.ts'
    : './compact-snapshots-main.js';
  return fileURLToPath(new URL(name, import.meta.url));
}
