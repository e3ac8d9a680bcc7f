import { rename, rm, writeFile, appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TokenstormError } from '@tokenstorm/core';
import { LineFile, readLines } from '@tokenstorm/transport';
import { makeFolder } from '../run/make-folder.ts';
import type { AlertState } from './alert.ts';
import type { CallSample } from './call-sample.ts';
import { claimFile } from './claimed-file.ts';

/** What a line of a calls file says: a call, or the new state of an alert. */
export type CallsLine = CallSample | AlertLine;

/** An alert, by what must hold, that changed its state at this time (ISO 8601, UTC). */
export interface AlertLine {
  readonly alert: string;
  readonly state: AlertState;
  readonly at: string;
}

/** Longer than any window: older lines are of no use. */
const keptMs = 25 * 3_600_000;
/** How long a line may wait for others. */
const flushAfterMs = 200;
const maxPendingBytes = 1 << 20;
/** Lines that are written at a time while the file is pruned. */
const linesAtATime = 1000;

/** The calls of a monitor, one JSON line each: what a later monitor goes on from. Lines older than 25 hours are taken out now and then. */
export class CallsFile implements AsyncDisposable {
  readonly #file: LineFile;
  readonly #claim: AsyncDisposable;

  private constructor(file: LineFile, claim: AsyncDisposable) {
    this.#file = file;
    this.#claim = claim;
  }

  /**
   * Opens a file, which is made where there is none, and gives `take` each line of the last 25 hours in it. Rejects with `E_FILE` where it
   * cannot be written, is another kind of file, or belongs to another monitor.
   */
  static async open(
    path: string,
    nowMs: number,
    take: (line: CallsLine) => void,
    onFailure: (cause: Error) => void,
  ): Promise<CallsFile> {
    try {
      await makeFolder(dirname(path));
      await using opened = new AsyncDisposableStack();
      const file = opened.use(await LineFile.open(path, { flushAfterMs, maxPendingBytes, onFailure }));
      const calls = new CallsFile(file, opened.use(await claimFile(path)));
      await calls.prune(nowMs, take);
      opened.move();
      return calls;
    } catch (cause) {
      if (cause instanceof TokenstormError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TokenstormError('E_FILE', `cannot keep the calls in ${path}: ${reason}`, {
        hint: '--state FILE or --output-dir FOLDER names another place, --no-files keeps none',
        cause,
      });
    }
  }

  get path(): string {
    return this.#file.path;
  }

  append(line: CallsLine): void {
    this.#file.append(JSON.stringify(line));
  }

  /** Takes lines out that are older than 25 hours at this epoch ms; `see` gets those that stay. Lines that come meanwhile wait. */
  async prune(nowMs: number, see: (line: CallsLine) => void = () => {}): Promise<void> {
    await this.#file.flush();
    const { path } = this.#file;
    await this.#file.exchange(async () => {
      const next = `${path}.next`;
      try {
        const hasOld = await rewrite(path, next, nowMs, see);
        if (hasOld) await rename(next, path);
      } finally {
        await rm(next, { force: true });
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
    await this.#claim[Symbol.asyncDispose]();
  }
}

/** Writes the lines of a file that are young enough to another one; whether there are others. */
async function rewrite(
  path: string,
  next: string,
  nowMs: number,
  see: (line: CallsLine) => void,
): Promise<boolean> {
  let hasOld = false;
  let kept: string[] = [];
  await writeFile(next, '');
  for await (const { text, number } of readLines(path)) {
    const line = parsed(text);
    if (line === undefined && number === 1 && text.trim() !== '') throw notOurs(path);
    if (line === undefined || nowMs - timeOf(line) > keptMs) {
      hasOld = true;
      continue;
    }
    see(line);
    if (kept.push(`${text}\n`) < linesAtATime) continue;
    await appendFile(next, kept.join(''));
    kept = [];
  }
  await appendFile(next, kept.join(''));
  return hasOld;
}

/** Undefined for a line that was cut off, or is none of ours. */
function parsed(text: string): CallsLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<CallSample & AlertLine> | null;
    const isCall = typeof line?.call?.at === 'string' && line.counters !== undefined;
    const isAlert = typeof line?.alert === 'string' && typeof line.at === 'string';
    return isCall || isAlert ? (line as CallsLine) : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(line: CallsLine): number {
  return Date.parse('call' in line ? line.call.at : line.at);
}

function notOurs(path: string): TokenstormError {
  return new TokenstormError('E_FILE', `${path} holds something else than calls of a monitor`, {
    hint: '--state FILE names another file',
  });
}
