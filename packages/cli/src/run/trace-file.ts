import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Scenario } from '@tokenstorm/core';

/** Where `--debug` writes its wire trace: into the working directory, under the run's name. */
export function tracePath(runId: string): string {
  return resolve(`${runId}.debug.txt`);
}

/** What is said before the start where `--debug` has nothing to write; '' where it has. */
export function noTraceWarning({ execution }: Pick<Scenario, 'execution'>): string {
  return execution.client === 'sdk'
    ? "warning: --debug writes no wire trace with client sdk: the vendors' packages do not show what they send\n"
    : '';
}

/** The file of a wire trace. What goes wrong with it is said on stderr; the run goes on. */
export class TraceFile {
  readonly #path: string;
  #written: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes the trace of one request. */
  readonly take = (text: string): void => {
    this.#written = writeFile(this.#path, text).then(
      () => void process.stderr.write(`Wire trace of one request written to ${this.#path}\n`),
      (cause: Error) => void process.stderr.write(`warning: no wire trace: ${cause.message}\n`),
    );
  };

  /** Resolves when what was taken is written, or was given up. */
  written(): Promise<void> {
    return this.#written;
  }
}
