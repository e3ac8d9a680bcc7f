import type { DashboardAbout } from '../view/dashboard/view-state.ts';
import type { LiveStatus } from '../view/live-status.ts';
import { numbered } from '../view/number-text.ts';
import type { RunView } from '../view/run-view.ts';
import { openProgress, sayAbove } from './open-progress.ts';
import type { ConnectionState, ConnectionWatch } from './redis-link.ts';
import type { RunOptions } from '../flags/run-options.ts';

const readinessEveryMs = 5000;

/** What a run over Redis has to say on stderr. */
export class RunTerminal implements AsyncDisposable {
  readonly #progress: RunView | undefined;
  #isDraining = false;
  #latest: LiveStatus | undefined;
  /** All workers of a region mostly doubt the same. */
  readonly #doubts = new Set<string>();
  #ready: { readonly shards: number; readonly of: number } | undefined;
  readonly #readiness: NodeJS.Timeout;

  constructor(options: Pick<RunOptions, 'progress' | 'color'>) {
    this.#progress = openProgress(options);
    this.#readiness = setInterval(() => this.#sayReadiness(), readinessEveryMs).unref();
  }

  /** The load begins, or is seen to have begun. */
  begin(about: DashboardAbout): void {
    this.#progress?.begin(about);
  }

  /** Left out where no progress is wanted. */
  say(text: string): void {
    this.#progress?.say(text);
  }

  /** What the run waits for. */
  waiting(missing: string): void {
    this.say(`Waiting: ${missing}`);
  }

  warn(text: string): void {
    sayAbove(this.#progress, `warning: ${text}`);
  }

  /** What a worker doubts before the start, once. */
  doubt(text: string): void {
    if (!this.#doubts.has(text)) this.warn(text);
    this.#doubts.add(text);
  }

  status(status: LiveStatus): void {
    this.#latest = status;
    this.#progress?.update({ ...status, ...(this.#isDraining && { stage: 'draining' as const }) });
  }

  /** From now on the run is shown as ending. */
  draining(): void {
    this.#isDraining = true;
    if (this.#latest !== undefined) this.status(this.#latest);
  }

  warmedUp(shards: number, of: number): void {
    this.#ready = shards < of ? { shards, of } : undefined;
  }

  get connectionWatch(): ConnectionWatch {
    return {
      onConnection: (state) => this.#connection(state),
      onProblem: (problem) => this.warn(problem),
    };
  }

  #connection(state: ConnectionState): void {
    if (state === 'lost') {
      this.warn(
        'Redis does not answer: trying again. Workers go on until their leases end, and resume when it is back.',
      );
    }
    if (state === 'back') sayAbove(this.#progress, 'Redis is back.');
  }

  /** Takes the progress off the terminal. */
  async close(): Promise<void> {
    clearInterval(this.#readiness);
    await this.#progress?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #sayReadiness(): void {
    if (this.#ready === undefined) return;
    const { shards, of } = this.#ready;
    this.say(`Warming up: ${shards} of ${numbered(of, 'shard')} are ready.`);
  }
}
