import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeWords } from './command.ts';
import { testStore } from './store.ts';

/** A command at a terminal of 80 columns, or with its standard input from a pipe. */
export interface TypedCommand extends AsyncDisposable {
  /** All that it has printed: at a terminal with everything that was sent to the screen. */
  readonly printed: string;
  readonly errors: string;
  type(text: string): void;
  /** Resolves when this has been printed, from that place on; to the place behind it. */
  until(text: string, from?: number): Promise<number>;
  readonly exitCode: Promise<number | null>;
}

export interface TypedInput {
  readonly cwd: string;
  /** Default: a pipe. */
  readonly isTerminal?: boolean;
  /** Beside PATH and HOME. */
  readonly environment?: Readonly<Record<string, string>>;
}

const patienceMs = 10_000;

/** Starts `tokenstorm` with these words, in this folder. */
export function typedCommand(
  words: readonly string[],
  { cwd, isTerminal = false, environment = {} }: TypedInput,
): TypedCommand {
  const command = [process.execPath, ...nodeWords(), ...words];
  const shell = ['/usr/bin/script', '-qec', `stty cols 80 rows 40; ${command.join(' ')}`, '/dev/null'];
  const [program = '', ...rest] = isTerminal ? shell : command;
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, TERM: 'xterm-256color', SHELL: '/bin/sh', ...testStore, ...environment };
  const child = spawn(program, rest, { cwd, env, stdio: 'pipe' });
  const texts = { printed: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.errors += text));
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return {
    get printed() {
      return texts.printed;
    },
    get errors() {
      return texts.errors;
    },
    type: (text) => void child.stdin.write(text),
    until: async (text, from = 0) => {
      const deadlineMs = performance.now() + patienceMs;
      for (;;) {
        const at = texts.printed.indexOf(text, from);
        if (at >= 0) return at + text.length;
        if (performance.now() > deadlineMs)
          throw new Error(`never printed: ${text}\n${texts.printed}\n${texts.errors}`);
        await sleep(10);
      }
    },
    exitCode,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exitCode;
    },
  };
}
