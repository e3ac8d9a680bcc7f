import { unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Clock, Environment, RunPlan } from '@tokenstorm/core';
import type { RunObserver } from './embedded-run.ts';
import type { EndedRun } from './ended-run.ts';
import { cannotWrite, checkExports, emptyFile, isRegularFile, realPath, reasonOf } from './export-file.ts';
import type { ExportFile, ExportManner } from './export-file.ts';
import { makeFolder } from './make-folder.ts';
import { incompleteNotes, requestFiles, startRequestFiles } from './request-export.ts';
import type { RequestExportOutcome, RequestFile } from './request-export.ts';
import { snapshotEnd, snapshotHeader } from './snapshot-line.ts';
import { SnapshotLog } from './snapshot-log.ts';
import { pruneRuns, storedLog } from './snapshot-store.ts';

export interface RunFilesOptions {
  readonly plan: RunPlan;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Where the snapshot log goes: this path, nowhere, or by default into the store. */
  readonly snapshotLog?: string | false;
  readonly failOn: 'invalid' | 'suspect';
  /** How the exports are written. */
  readonly manner?: ExportManner;
  /** A JSONL file of every request that is no export of the user's. */
  readonly records?: string;
  /** Tells the user, while the run goes on, of a file that ends early. */
  readonly warn: (warning: string) => void;
}

/** The files that a run writes while it goes on: its snapshot log and its per-request exports. No trouble with them ends the run. */
export class RunFiles {
  /** Of all exports, those that are written at the end too. */
  readonly exports: readonly ExportFile[];
  readonly #options: RunFilesOptions;
  readonly #failedExports = new Set<string>();
  #log: SnapshotLog | undefined;
  #logProblem: string | undefined;

  private constructor(options: RunFilesOptions, exports: readonly ExportFile[]) {
    this.#options = options;
    this.exports = exports;
  }

  /** Looks at the exports, and changes nothing yet. Rejects with `E_FILE` where one of them cannot be written. */
  static async check(options: RunFilesOptions): Promise<RunFiles> {
    const { runId: id, scenario } = options.plan;
    const { snapshotLog, manner = {} } = options;
    const logs = typeof snapshotLog === 'string' ? [snapshotLog] : [];
    for (const log of logs) await checkLog(log, manner);
    const inputs = [...(manner.inputs ?? []), ...logs];
    const run = { id, name: scenario.name };
    return new RunFiles(options, await checkExports(scenario.exports, run, { ...manner, inputs }));
  }

  /** Files that every request is written to. */
  get requestFiles(): readonly RequestFile[] {
    const { records } = this.#options;
    const own = records === undefined ? [] : [{ format: 'jsonl', path: records } as const];
    return [...requestFiles(this.exports), ...own];
  }

  /** Keeps the run, once `start` has resolved; undefined where nobody does. */
  get observer(): RunObserver | undefined {
    return this.#log;
  }

  /** Where the snapshot log is, as far as there is one; undefined where there is none. */
  get snapshotLog(): { readonly path: string; readonly isStored: boolean } | undefined {
    return this.#log && { path: this.#log.path, isStored: this.#options.snapshotLog === undefined };
  }

  /** Starts every file. Rejects with `E_FILE` where an export cannot be; a snapshot log that cannot be is only warned of. */
  async start(): Promise<void> {
    await startRequestFiles(this.requestFiles);
    const { plan, environment, snapshotLog } = this.#options;
    if (snapshotLog === false) return;
    const path = snapshotLog === undefined ? storedLog(environment, plan.runId) : resolve(snapshotLog);
    try {
      if (snapshotLog === undefined) await makeFolder(dirname(path), 0o700);
      if (snapshotLog !== undefined && (await isRegularFile(path)))
        this.#options.warn(`the run's snapshots replace what was in ${path}`);
      await emptyFile(path);
      const onProblem = (problem: string) => this.#noLog(path, problem);
      this.#log = await SnapshotLog.start(path, snapshotHeader(plan, this.#options), { onProblem });
      if (snapshotLog === undefined) await pruneRuns(environment);
    } catch (cause) {
      this.#noLog(path, reasonOf(cause));
    }
  }

  /** To be told that a request file cannot be written any more; each file is warned of once. */
  exportFailed(path: string, reason: string): void {
    if (this.#failedExports.has(path)) return;
    this.#failedExports.add(path);
    this.#options.warn(`cannot write to ${path} any more: ${reason}. The run goes on without it.`);
  }

  /** Ends the snapshot log of a run that is over. Resolves to the notes for its report, with those about the files last. */
  async end(
    run: EndedRun,
    notes: readonly string[],
    outcomes: readonly RequestExportOutcome[],
  ): Promise<readonly string[]> {
    const all = [...notes, ...incompleteNotes(outcomes), ...this.#logNotes()];
    await this.#log?.end(snapshotEnd(run, all));
    return all;
  }

  /** Removes the snapshot log of a run that never started. */
  async discard(): Promise<void> {
    if (this.#log === undefined) return;
    await this.#log.close();
    if (await isRegularFile(this.#log.path)) await unlink(this.#log.path);
  }

  #noLog(path: string, problem: string): void {
    this.#logProblem = problem;
    this.#options.warn(
      `cannot keep the run's snapshots in ${path}: ${problem}. The run goes on without them.`,
    );
  }

  #logNotes(): readonly string[] {
    return this.#logProblem === undefined
      ? []
      : [`The run's snapshots were not kept to its end: ${this.#logProblem}.`];
  }
}

/** Rejects where a snapshot log that was asked for would take the place of what must stay. */
async function checkLog(path: string, { clobber = true, inputs = [] }: ExportManner): Promise<void> {
  const real = await realPath(path);
  for (const input of inputs)
    if ((await realPath(input)) === real)
      throw cannotWrite(`cannot keep snapshots in ${path}: this command uses it for something else`);
  if (!clobber && (await isRegularFile(path)))
    throw cannotWrite(`cannot keep snapshots in ${path}: it is there already, and --no-clobber keeps it`);
}
