import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Environment, ErrorCode, ExitCode } from '@tokenstorm/core';
import type { WorkerServiceOptions } from '../flags/worker-options.ts';
import type { ServiceHealth } from './service-endpoint.ts';
import type { WorkerFigures } from './worker-figures.ts';
import type { WorkerEnd } from './worker-service.ts';

/** What a child of `tokenstorm worker --processes` is told. */
export type WorkerChildOrder =
  | { readonly type: 'setup'; readonly options: WorkerServiceOptions }
  | { readonly type: 'end' };

/** What it says: how it is once a second, and at last how it ended or why it could not begin. */
export type WorkerChildMessage =
  | { readonly type: 'figures'; readonly figures: WorkerFigures; readonly health: ServiceHealth }
  | { readonly type: 'ended'; readonly end: WorkerEnd }
  | { readonly type: 'failed'; readonly failure: WorkerChildFailure };

/** An error of ours, as it goes from process to process. */
export interface WorkerChildFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly exitCode: ExitCode;
  readonly hint?: string;
}

/** How a child's process was over: as it said itself, or in some other way. */
export type WorkerChildExit =
  | { readonly kind: 'ended'; readonly end: WorkerEnd }
  | { readonly kind: 'failed'; readonly failure: WorkerChildFailure }
  | { readonly kind: 'died'; readonly how: string };

const entry = new URL(
  import.meta.url.endsWith('.ts') ? './worker-child-main.ts' : './worker-child-main.js',
  import.meta.url,
);

/** A worker in a process of its own, with the same V8 flags as this one. Where this process dies, it ends in order. */
export class WorkerChild {
  /** Settles when the process is over. Never rejects. */
  readonly exited: Promise<WorkerChildExit>;
  readonly #child: ChildProcess;
  #figures: WorkerFigures | undefined;
  #health: ServiceHealth | undefined;
  #said: WorkerChildExit | undefined;

  constructor(options: WorkerServiceOptions, environment: Environment) {
    // Log lines go to where those of this process go.
    this.#child = fork(fileURLToPath(entry), { env: { ...environment }, stdio: ['ignore', 2, 2, 'ipc'] });
    this.#child.on('message', (message: WorkerChildMessage) => this.#hear(message));
    this.exited = new Promise((resolve) => {
      this.#child.once('error', ({ message }) =>
        resolve({ kind: 'died', how: `could not be run: ${message}` }),
      );
      // What it said last is heard before this.
      this.#child.once('close', (code, signal) =>
        resolve(this.#said ?? { kind: 'died', how: howItDied(code, signal) }),
      );
    });
    this.#tell({ type: 'setup', options });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** As it said last; undefined before it was ready. */
  get figures(): WorkerFigures | undefined {
    return this.#figures;
  }

  get health(): ServiceHealth {
    return this.#health ?? { reason: 'not ready yet', details: {} };
  }

  end(): void {
    this.#tell({ type: 'end' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #hear(message: WorkerChildMessage): void {
    if (message.type === 'figures') {
      this.#figures = message.figures;
      this.#health = message.health;
    } else if (message.type === 'ended') {
      this.#said = { kind: 'ended', end: message.end };
    } else {
      this.#said = { kind: 'failed', failure: message.failure };
    }
  }

  /** Where it does not arrive the process has ended, which it says by itself. */
  #tell(order: WorkerChildOrder): void {
    this.#child.send(order, () => {});
  }
}

function howItDied(code: number | null, signal: NodeJS.Signals | null): string {
  const how = signal === null ? `ended with exit code ${code}` : `was killed (${signal})`;
  return signal === 'SIGKILL' ? `${how}; the kernel does that where memory runs out` : how;
}
