import { WorkerProcess } from './worker-process.ts';
import type { WorkerProcessOptions } from './worker-process.ts';

/** The workers of a run in so many processes of this machine. They share its shards evenly, whatever they wait for each other. */
export class WorkerProcesses implements AsyncDisposable {
  readonly #count: number;
  readonly #options: WorkerProcessOptions;
  #processes: readonly WorkerProcess[] = [];

  constructor(count: number, options: WorkerProcessOptions) {
    this.#count = count;
    this.#options = options;
  }

  /** Resolves, with notes for the report, when all of them take shards: only then may there be any. */
  async start(): Promise<readonly string[]> {
    const { tracePath: _, ...others } = this.#options;
    // One trace is enough.
    this.#processes = Array.from(
      { length: this.#count },
      (_each, index) => new WorkerProcess(index === 0 ? this.#options : others),
    );
    const notes = await Promise.all(this.#processes.map((worker) => worker.ready));
    return [...new Set(notes.flat())];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((worker) => worker[Symbol.asyncDispose]()));
  }
}
