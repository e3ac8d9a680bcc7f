import { createHash } from 'node:crypto';
import { TokenstormError, auditEnd, auditEndWithoutReport, auditStart } from '@tokenstorm/core';
import type { AuditEntry, AuditStart, Environment, Report, RunPlan } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { reasonOf } from '../run/export-file.ts';
import { auditActor } from './audit-actor.ts';
import { appendAudit, defaultAuditPath } from './audit-file.ts';

export interface AuditOptions {
  readonly plan: RunPlan;
  readonly mode: AuditStart['mode'];
  readonly environment: Environment;
  /** A path that the user named, or false for no log; default: that of the user's state folder. */
  readonly auditLog: string | false | undefined;
  readonly warn: (warning: string) => void;
}

/** The two lines of a run in the audit log. Where it ends without a report, disposing says so. */
export class AuditedRun implements AsyncDisposable {
  /** The line of its start. */
  readonly start: AuditStart;
  readonly #options: AuditOptions;
  #isEnded = false;

  private constructor(options: AuditOptions, start: AuditStart) {
    this.#options = options;
    this.start = start;
  }

  /**
   * Writes the first line. A log that cannot be written is warned of; where the user named it, this rejects with `E_FILE`: nothing
   * was sent then.
   */
  static async begin(options: AuditOptions): Promise<AuditedRun> {
    const { plan, mode, environment } = options;
    const scenario_sha256 = createHash('sha256').update(JSON.stringify(plan.scenario)).digest('hex');
    const context = { actor: auditActor(), epochMs: systemClock.epochMs() };
    // What a variable says on a worker is not known here.
    const known = mode === 'local' ? environment : {};
    const start = auditStart(plan, { ...context, mode, scenario_sha256, environment: known });
    const run = new AuditedRun(options, start);
    await run.#begin();
    return run;
  }

  /** Writes the second line. */
  async end(report: Report): Promise<void> {
    await this.#end(auditEnd(report, { actor: auditActor(), epochMs: systemClock.epochMs() }));
  }

  /** The run goes on by itself: whoever writes its report says how it ended. */
  leave(): void {
    this.#isEnded = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { plan } = this.#options;
    const context = { actor: auditActor(), epochMs: systemClock.epochMs() };
    const run = { runId: plan.runId, name: plan.scenario.name };
    if (!this.#isEnded) await this.#end(auditEndWithoutReport(run, 'unknown', context));
  }

  async #begin(): Promise<void> {
    const { auditLog, warn } = this.#options;
    const path = this.#path;
    if (path === undefined) return;
    try {
      await appendAudit(path, this.start);
    } catch (cause) {
      if (typeof auditLog === 'string') {
        throw new TokenstormError('E_FILE', `the audit log ${path} cannot be written: ${reasonOf(cause)}`, {
          hint: 'Nothing was sent. --audit-log PATH names another file, --audit-log off none.',
          cause,
        });
      }
      warn(`cannot write the audit log ${path}: ${reasonOf(cause)}. The run goes on without it.`);
      this.#isEnded = true;
    }
  }

  async #end(entry: AuditEntry): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const path = this.#path;
    if (path === undefined) return;
    try {
      await appendAudit(path, entry);
    } catch (cause) {
      this.#options.warn(`the end of this run is not in the audit log ${path}: ${reasonOf(cause)}`);
    }
  }

  get #path(): string | undefined {
    const { auditLog, environment } = this.#options;
    return auditLog === false ? undefined : (auditLog ?? defaultAuditPath(environment));
  }
}
