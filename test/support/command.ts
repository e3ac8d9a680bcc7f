import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Report } from '@tokenstorm/core';
import { testStore } from './store.ts';

/** What a command left behind when it ended. */
export interface CommandEnd {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandInput {
  /** Beside PATH and HOME: nothing else of this process's environment is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the checkout. */
  readonly cwd?: string;
  /** At the head of a process group of its own, as a terminal starts a command. */
  readonly ownGroup?: boolean;
  /** Pins it to this core (`taskset`). */
  readonly core?: number;
  /** Words before all others that put it elsewhere: into a network namespace. */
  readonly inside?: readonly string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `tokenstorm` with these words, to its end. */
export function tokenstorm(words: readonly string[], input: CommandInput = {}): Promise<CommandEnd> {
  return new CommandProcess(words, input).ended;
}

/** The report on the standard output of a command that was given `--json`. Throws where there is none. */
export function reportOf({ exitCode, stdout, stderr }: CommandEnd): Report {
  if (!stdout.startsWith('{')) throw new Error(`No report (exit code ${exitCode}).\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as Report;
}

/** `tokenstorm` as a process of its own, under way. */
export class CommandProcess {
  readonly ended: Promise<CommandEnd>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(
    words: readonly string[],
    { environment = {}, cwd = root, ownGroup = false, core, inside = [] }: CommandInput = {},
  ) {
    const { PATH = '', HOME = '' } = process.env;
    const pinned = core === undefined ? [] : ['taskset', '-c', String(core)];
    const [program = '', ...rest] = [...inside, ...pinned, process.execPath, ...nodeWords(), ...words];
    this.#child = spawn(program, rest, {
      cwd,
      env: { PATH, HOME, ...testStore, ...environment },
      detached: ownGroup,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = once(this.#child, 'close').then(([exitCode]) => ({
      exitCode: exitCode as number | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** What was printed so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}

/** What follows `node` in the script that users run the command with: V8's flags and the entry point, from anywhere. */
export function nodeWords(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    scripts: { tokenstorm: string };
  };
  const [node, ...words] = scripts.tokenstorm.split(' ');
  if (node !== 'node') throw new Error(`The script tokenstorm does not start node: ${scripts.tokenstorm}`);
  return words.map((word) => (word.endsWith('main.ts') ? root + word : word));
}
