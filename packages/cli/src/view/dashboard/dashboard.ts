import type { LiveStatus } from '../live-status.ts';
import type { RunView } from '../run-view.ts';
import { DashboardProcess } from './dashboard-process.ts';
import type { DashboardAbout } from './view-state.ts';

export interface DashboardOptions {
  readonly colours: boolean;
  /** Shows the run from there on if the dashboard ends before the run does. */
  readonly fallback: () => RunView;
}

/**
 * A run on the whole terminal. What is said while it has the terminal is shown in it, and stands on the terminal in any case once
 * that is as it was before.
 */
export class Dashboard implements RunView {
  readonly wantsDetail = true;
  readonly #options: DashboardOptions;
  readonly #process: DashboardProcess;
  readonly #said: string[] = [];
  /** What is thrown where nobody catches it is written to the terminal, and gone with the dashboard. */
  readonly #onFault = (cause: unknown) => {
    if (process.listenerCount('uncaughtException') > 0) return;
    this.say(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  };
  #instead: RunView | undefined;

  /** Starts its process, which takes the terminal at `begin`. */
  constructor(options: DashboardOptions) {
    this.#options = options;
    this.#process = new DashboardProcess({
      colours: options.colours,
      // The same as Ctrl-C, which the terminal sends no more.
      onStop: () => process.kill(process.pid, 'SIGINT'),
      onLost: (how) => this.#lose(how),
    });
  }

  begin(about: DashboardAbout): void {
    if (this.#instead !== undefined) return;
    this.#process.begin(about);
    process.on('uncaughtExceptionMonitor', this.#onFault);
  }

  update(status: LiveStatus): void {
    if (this.#instead === undefined) this.#process.status(status);
    else this.#instead.update(status);
  }

  say(message: string): void {
    if (this.#instead !== undefined) return this.#instead.say(message);
    if (!this.#process.isShown) return void process.stderr.write(`${message}\n`);
    this.#said.push(message);
    this.#process.say(message);
  }

  async close(): Promise<void> {
    process.off('uncaughtExceptionMonitor', this.#onFault);
    await this.#process.close();
    this.#printSaid();
    await this.#instead?.close();
  }

  #lose(how: string): void {
    this.#printSaid();
    this.#instead = this.#options.fallback();
    this.#instead.say(`warning: The dashboard has ended (${how}); the run goes on, and so does this.`);
  }

  #printSaid(): void {
    for (const message of this.#said.splice(0)) process.stderr.write(`${message}\n`);
  }
}
