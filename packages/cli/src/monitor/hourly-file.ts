import { dirname } from 'node:path';
import { LineFile } from '@tokenstorm/transport';
import { TokenstormError } from '@tokenstorm/core';
import { makeFolder } from '../run/make-folder.ts';
import type { HourlyLine } from './hourly-statistics.ts';

/** The hourly statistics of a monitor, a JSON line for each hour and target. */
export class HourlyFile implements AsyncDisposable {
  readonly #file: LineFile;

  private constructor(file: LineFile) {
    this.#file = file;
  }

  /** Opens a file, which is made where there is none. Rejects with `E_FILE` where it cannot be written. */
  static async open(path: string, onFailure: (cause: Error) => void): Promise<HourlyFile> {
    try {
      await makeFolder(dirname(path));
      return new HourlyFile(
        await LineFile.open(path, { flushAfterMs: 200, maxPendingBytes: 1 << 20, onFailure }),
      );
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TokenstormError('E_FILE', `cannot write the hourly statistics to ${path}: ${reason}`, {
        hint: '--output-dir FOLDER names another place, --no-files keeps none',
        cause,
      });
    }
  }

  get path(): string {
    return this.#file.path;
  }

  append(lines: readonly HourlyLine[]): void {
    for (const line of lines) this.#file.append(JSON.stringify(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}
