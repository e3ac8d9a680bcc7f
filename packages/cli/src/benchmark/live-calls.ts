import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkCall } from './benchmark-call.ts';
import { GrowingFile } from './growing-file.ts';
import { callOfLine } from './request-lines.ts';

/** The calls of a run as they end, by way of a file that the run writes. */
export class LiveCalls implements AsyncDisposable {
  /** Of that file. */
  readonly path: string;
  readonly #folder: string;
  readonly #file: GrowingFile;
  readonly #calls: BenchmarkCall[] = [];

  private constructor(folder: string, onCall: (call: BenchmarkCall, number: number) => void) {
    this.#folder = folder;
    this.path = join(folder, 'calls.jsonl');
    this.#file = new GrowingFile(this.path, (line) => {
      const call = callOfLine(line);
      if (call === undefined) return;
      this.#calls.push(call);
      onCall(call, this.#calls.length);
    });
  }

  /** Tells of each call once, with its number in the order in which they ended. */
  static async open(onCall: (call: BenchmarkCall, number: number) => void): Promise<LiveCalls> {
    return new LiveCalls(await mkdtemp(join(tmpdir(), 'tokenstorm-benchmark-')), onCall);
  }

  /** All that have ended, instance by instance, each in its order. */
  all(): readonly BenchmarkCall[] {
    this.#file.look();
    return this.#calls.toSorted((one, other) => one.instance - other.instance);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file[Symbol.dispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
