import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { untilPrinted } from './printed-line.ts';

const execute = promisify(execFile);

/** A connection whose process has ended keeps its namespace until the other side has answered, who may be gone: for a second, not for minutes. */
const forgetConnections = 'echo 1 > /proc/sys/net/ipv4/tcp_orphan_retries';

/** Where a process of a test runs: with which words its command line begins, and at which address others reach it. */
export interface Place {
  readonly address: string;
  readonly inside: readonly string[];
}

/**
 * A network namespace with a loopback and nothing else in it. It has no name: it lives as long as a process in it, which is one that
 * ends with this process at the latest, so nothing is left behind whatever happens. Linux, as root.
 */
export class Namespace implements AsyncDisposable {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async open(): Promise<Namespace> {
    const script = `ip link set lo up && ${forgetConnections} && echo ready && exec cat`;
    const holder = spawn('unshare', ['--net', 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    await untilPrinted(holder, 'ready');
    return new Namespace(holder);
  }

  /** Of a process in it. */
  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  /** With these words before it, a command runs in the namespace, under the id of the process that was started. */
  get inside(): readonly string[] {
    return ['nsenter', `--net=/proc/${this.pid}/ns/net`];
  }

  /** Runs `ip` in it, one command after the other. Rejects with what it said where one fails. */
  async ip(...commands: readonly string[]): Promise<void> {
    const [enter = '', ...words] = this.inside;
    for (const command of commands) await execute(enter, [...words, 'ip', ...command.split(' ')]);
  }

  /** What still runs in it keeps it alive: end that first. */
  async [Symbol.asyncDispose](): Promise<void> {
    await endOf(this.#holder);
  }
}

/** Ends a process that lives as long as its standard input; resolves when it has ended. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}
