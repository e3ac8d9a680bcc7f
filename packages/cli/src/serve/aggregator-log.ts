import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AggregationLease, Clock, Environment, MetricsSnapshot, RunEvent } from '@tokenstorm/core';
import type { EndedRun } from '../run/ended-run.ts';
import { emptyFile, reasonOf } from '../run/export-file.ts';
import { makeFolder } from '../run/make-folder.ts';
import { snapshotEnd, snapshotHeader } from '../run/snapshot-line.ts';
import type { SnapshotHeader } from '../run/snapshot-line.ts';
import { SnapshotLog } from '../run/snapshot-log.ts';
import { pruneRuns, storedPart } from '../run/snapshot-store.ts';

export interface AggregatorLogOptions {
  readonly lease: AggregationLease;
  readonly failOn: 'invalid' | 'suspect';
  readonly aggregatorId: string;
  readonly environment: Environment;
  readonly clock: Clock;
  /** Hears, once, why nothing more is kept. */
  readonly warn: (problem: string) => void;
}

/** The snapshot log of a run in an aggregator's store. It begins where the run does, or where another aggregator left off. No trouble with it ends the run. */
export class AggregatorLog {
  readonly path: string;
  readonly #options: AggregatorLogOptions;
  #log: SnapshotLog | undefined;
  #problem: string | undefined;

  private constructor(path: string, options: AggregatorLogOptions) {
    this.path = path;
    this.#options = options;
  }

  /** Never rejects. */
  static async start(options: AggregatorLogOptions): Promise<AggregatorLog> {
    const { environment, lease, aggregatorId } = options;
    const log = new AggregatorLog(storedPart(environment, lease.plan.runId, aggregatorId), options);
    await log.#open().catch((cause: unknown) => log.#fail(reasonOf(cause)));
    return log;
  }

  /** For the report, where it is not whole. */
  get notes(): readonly string[] {
    return this.#problem === undefined
      ? []
      : [`The run's snapshots were not kept to its end: ${this.#problem}.`];
  }

  snapshot(snapshot: MetricsSnapshot): void {
    this.#log?.snapshot(snapshot);
  }

  event(event: RunEvent): void {
    this.#log?.event(event);
  }

  async end(run: EndedRun, notes: readonly string[]): Promise<void> {
    await this.#log?.end(snapshotEnd(run, notes));
    this.#log = undefined;
  }

  /** Removes it: there is nothing in it that anybody wants. */
  async discard(): Promise<void> {
    await this.close();
    await unlink(this.path).catch(() => {});
  }

  /** Leaves it as that of a run that has not ended. */
  async close(): Promise<void> {
    await this.#log?.close();
    this.#log = undefined;
  }

  async #open(): Promise<void> {
    const { lease, clock, failOn, environment, aggregatorId } = this.#options;
    const { plan, checkpoint } = lease;
    await makeFolder(dirname(this.path), 0o700);
    await emptyFile(this.path);
    const header: SnapshotHeader = {
      ...snapshotHeader(plan, { clock, failOn }),
      part: { kind: checkpoint === undefined ? 'beginning' : 'continuation', by: aggregatorId },
    };
    this.#log = await SnapshotLog.start(this.path, header, { onProblem: (problem) => this.#fail(problem) });
    await pruneRuns(environment);
  }

  #fail(problem: string): void {
    this.#problem = problem;
    this.#options.warn(`cannot keep its snapshots in ${this.path}: ${problem}. It goes on without them.`);
  }
}
