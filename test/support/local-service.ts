import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Place } from './namespaces.ts';
import { filesOf, ownPort, untilReady } from './service.ts';
import type { Service, ServiceKind } from './service.ts';
import { temporaryFolder } from './temporary-folder.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

const loopback: Place = { address: '127.0.0.1', inside: [] };

/** A server as a process of this machine, in a folder of its own. It ends with this process at the latest. */
export async function startLocal(kind: ServiceKind, place = loopback): Promise<Service> {
  const folder = await temporaryFolder();
  const port = await ownPort();
  for (const [name, content] of Object.entries(filesOf(kind, port, place.address)))
    await folder.write(name, content);
  const service = new LocalService(kind, { port, place, folder });
  await service.start();
  return service;
}

class LocalService implements Service {
  readonly port: number;
  readonly #kind: ServiceKind;
  readonly #place: Place;
  readonly #folder: TemporaryFolder;
  #process: ChildProcess | undefined;
  #output = '';
  readonly #endWithUs = () => void this.#process?.kill('SIGKILL');

  constructor(
    kind: ServiceKind,
    parts: { readonly port: number; readonly place: Place; readonly folder: TemporaryFolder },
  ) {
    this.port = parts.port;
    this.#kind = kind;
    this.#place = parts.place;
    this.#folder = parts.folder;
    process.once('exit', this.#endWithUs);
  }

  async start(): Promise<void> {
    const { inside, address } = this.#place;
    const [program = '', ...words] = [...inside, ...this.#kind.command(this.port, address)];
    const child = spawn(program, words, { cwd: this.#folder.path, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.#output = '';
    let problem: string | undefined;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.#output = `${this.#output}${text.toString()}`.slice(-2000)));
    child.once('error', ({ message }) => (problem = `${program} cannot be run: ${message}`));
    child.once('exit', (code) => (problem = `${program} ended with exit code ${code}:\n${this.#output}`));
    await untilReady(this.#kind, this.port, () => problem, address);
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
