import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { filesOf, ownPort, untilReady } from './service.ts';
import type { Service, ServiceKind } from './service.ts';
import { temporaryFolder } from './temporary-folder.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

const host = '127.0.0.1';

/** A server as a process of this machine, in a folder of its own. It ends with this process at the latest. */
export async function startLocal(kind: ServiceKind): Promise<Service> {
  const folder = await temporaryFolder();
  const port = await ownPort();
  for (const [name, content] of Object.entries(filesOf(kind, port, host))) await folder.write(name, content);
  const service = new LocalService(kind, port, folder);
  await service.start();
  return service;
}

class LocalService implements Service {
  readonly port: number;
  readonly #kind: ServiceKind;
  readonly #folder: TemporaryFolder;
  #process: ChildProcess | undefined;
  #output = '';
  readonly #endWithUs = () => void this.#process?.kill('SIGKILL');

  constructor(kind: ServiceKind, port: number, folder: TemporaryFolder) {
    this.port = port;
    this.#kind = kind;
    this.#folder = folder;
    process.once('exit', this.#endWithUs);
  }

  async start(): Promise<void> {
    const [program = '', ...words] = this.#kind.command(this.port, host);
    const child = spawn(program, words, { cwd: this.#folder.path, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.#output = '';
    let problem: string | undefined;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.#output = `${this.#output}${text.toString()}`.slice(-2000)));
    child.once('error', ({ message }) => (problem = `${program} cannot be run: ${message}`));
    child.once('exit', (code) => (problem = `${program} ended with exit code ${code}:\n${this.#output}`));
    await untilReady(this.#kind, this.port, () => problem);
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#endWithUs);
    await this.kill();
    await this.#folder[Symbol.asyncDispose]();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}
