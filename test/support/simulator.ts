import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '@tokenstorm/simulator';
import type {
  ModelBehaviour,
  Simulator,
  SimulatorOptions,
  TruthRecord,
  TruthSummary,
} from '@tokenstorm/simulator';

/** A simulator in a process of its own: the same as `Simulator`, over HTTP. */
export interface SimulatorProcess extends AsyncDisposable {
  /** Without a trailing slash and without `/v1`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  summary(): Promise<TruthSummary>;
  records(): Promise<TruthRecord[]>;
  reset(): Promise<void>;
  /** Nothing is written for so many ms from now on. */
  freeze(ms: number): Promise<void>;
  setModels(models: Readonly<Record<string, Partial<ModelBehaviour>>>): Promise<void>;
  close(): Promise<void>;
}

/** How a process is started, beside its flags. */
export interface ProcessPlace {
  /** Pins it to this core (`taskset`). */
  readonly core?: number;
  /** Flags for node itself. A small semi-space (`--single-threaded-gc --max-semi-space-size=2`) keeps a busy server's pauses short. */
  readonly nodeFlags?: readonly string[];
  /** Words before all others that put it elsewhere: into a network namespace. Its flags name a host that is reached from here. */
  readonly inside?: readonly string[];
}

const main = fileURLToPath(import.meta.resolve('../../packages/simulator/src/main.ts'));

/** A simulator in this process, on any free port. `await using` closes it. */
export async function simulatorInProcess(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator(options);
}

/**
 * A simulator in a child process with these flags (`--seed 3`, …), on any free port unless they name one. It ends with
 * `close`, and with this process.
 */
export async function simulatorProcess(
  flags: readonly string[] = [],
  place: ProcessPlace = {},
): Promise<SimulatorProcess> {
  const child = start(flags, place);
  const url = await address(child);
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    summary: async () => JSON.parse(await call(url, 'GET', '/truth/summary')),
    records: async () => lines(await call(url, 'GET', '/truth/records')).map((line) => JSON.parse(line)),
    reset: async () => void (await call(url, 'POST', '/truth/reset')),
    freeze: async (ms) => void (await call(url, 'POST', '/control/freeze', { ms })),
    setModels: async (models) => void (await call(url, 'POST', '/control/models', models)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function start(flags: readonly string[], { core, nodeFlags = [], inside = [] }: ProcessPlace): ChildProcess {
  const node = [
    process.execPath,
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    ...nodeFlags,
    main,
  ];
  const words = [...node, '--port', '0', '--until-input-ends', ...flags];
  const pinned = core === undefined ? words : ['taskset', '-c', String(core), ...words];
  const [command = '', ...rest] = [...inside, ...pinned];
  // Standard input stays open as long as this process lives: the child ends with it.
  return spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function address(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The simulator has no standard output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/[^/]+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`The simulator did not start (exit code ${child.exitCode}).`);
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<string> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(url + path, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
