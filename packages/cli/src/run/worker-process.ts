import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Environment, RunPlan, Transport } from '@tokenstorm/core';
import { serveTransport } from '@tokenstorm/transport';
import type { Permissions } from '@tokenstorm/worker';
import type { RequestExportOutcome, RequestFile } from './request-export.ts';

/** How long a process may take to end after it was told to. */
const closePatienceMs = 5000;

/** What a worker process is told first. Nothing secret is in it: keys are looked up in the process's own environment. */
export interface WorkerSetup {
  readonly type: 'setup';
  readonly plan: RunPlan;
  readonly workerId: string;
  readonly requestFiles: readonly RequestFile[];
  /** Where the wire trace of its first request goes; absent where none is wanted of it. */
  readonly tracePath?: string;
  readonly permissions: Permissions;
}

export type WorkerOrder = WorkerSetup | { readonly type: 'close' };

/** What a worker process says once it takes shards. */
export interface WorkerReady {
  readonly type: 'ready';
  /** For the report. */
  readonly notes: readonly string[];
}

/** What it says as soon as a request file cannot be written any more. */
export interface WorkerExportFailed {
  readonly type: 'export-failed';
  readonly path: string;
  readonly reason: string;
}

/** The last that it says. */
export interface WorkerExported {
  readonly type: 'exported';
  readonly outcomes: readonly RequestExportOutcome[];
}

type WorkerMessage = WorkerReady | WorkerExportFailed | WorkerExported;

export interface WorkerProcessOptions {
  readonly transport: Transport;
  readonly plan: RunPlan;
  readonly environment: Environment;
  readonly requestFiles: readonly RequestFile[];
  readonly tracePath?: string;
  readonly permissions?: Permissions;
  /** Hears, at its end, what became of the request files. */
  readonly onExported: (outcomes: readonly RequestExportOutcome[]) => void;
  readonly onExportFailure: (path: string, reason: string) => void;
  /** The process ended though nobody had told it to; says how. */
  readonly onLost: (how: string) => void;
}

const entry = new URL(
  import.meta.url.endsWith('.ts') ? './worker-process-main.ts' : './worker-process-main.js',
  import.meta.url,
);

/** A worker in a process of its own, with the same V8 flags as this one. It ends when disposed, and with this process. */
export class WorkerProcess implements AsyncDisposable {
  /** Settles when it takes shards, with notes for the report; never where it is lost before. */
  readonly ready: Promise<readonly string[]>;
  readonly #child: ChildProcess;
  readonly #ended = Promise.withResolvers<void>();
  #isClosing = false;
  #hasEnded = false;

  constructor(options: WorkerProcessOptions) {
    const { transport, plan, environment, requestFiles, onLost } = options;
    this.#child = forkWorker(environment);
    this.ready = new Promise((resolve) => {
      this.#child.on('message', (message: Partial<WorkerMessage>) => {
        if (message.type === 'ready') resolve(message.notes ?? []);
        if (message.type === 'exported') options.onExported(message.outcomes ?? []);
        if (message.type === 'export-failed')
          options.onExportFailure(message.path ?? '', message.reason ?? '');
      });
    });
    const onEnd = (how: string) => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.#ended.resolve();
      if (!this.#isClosing) onLost(how);
    };
    this.#child.once('error', ({ message }) => onEnd(`a worker process could not be run: ${message}`));
    this.#child.once('exit', (code, signal) => onEnd(howItEnded(this.#child.pid, code, signal)));
    serveTransport(transport, this.#child);
    const trace = options.tracePath === undefined ? {} : { tracePath: options.tracePath };
    const { permissions = {} } = options;
    const workerId = `local-${this.#child.pid}`;
    this.#tell({ type: 'setup', plan, workerId, requestFiles, permissions, ...trace });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    if (this.#hasEnded) return;
    this.#tell({ type: 'close' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), closePatienceMs);
    await this.#ended.promise;
    clearTimeout(timer);
    // What it said last may come after its end.
    if (this.#child.connected) await once(this.#child, 'disconnect');
  }

  /** Where it does not arrive the process has ended, which it says by itself. */
  #tell(order: WorkerOrder): void {
    this.#child.send(order, () => {});
  }
}

function forkWorker(environment: Environment): ChildProcess {
  return fork(fileURLToPath(entry), {
    serialization: 'advanced',
    env: { ...environment },
    // Standard output is the report's.
    stdio: ['ignore', 2, 2, 'ipc'],
    // In this process's group, so that Ctrl-Z pauses the load and not only the view of it.
  });
}

function howItEnded(pid: number | undefined, code: number | null, signal: NodeJS.Signals | null): string {
  const how = signal === null ? `ended by itself with exit code ${code}` : `was killed (${signal})`;
  const hint = signal === 'SIGKILL' ? '; the kernel does that where memory runs out' : '';
  return `worker process ${pid} ${how}${hint}`;
}
