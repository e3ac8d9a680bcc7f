import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeWords } from '../support/command.ts';
import { screenOf } from '../support/screen.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { testStore } from '../support/store.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess();
});

afterAll(() => simulator.close());

interface TerminalOutcome {
  readonly exitCode: number | null;
  /** All that the terminal was sent. */
  readonly sent: string;
  /** What the terminal's settings were before and after. */
  readonly settings: readonly string[];
}

interface TerminalInput {
  readonly environment?: Readonly<Record<string, string>>;
  /** Typed as soon as this is on the screen. */
  readonly type?: { readonly text: string; readonly after: string };
}

/** `tokenstorm run` with these words at a terminal of 80 columns. */
async function atTerminal(
  words: string,
  { environment = {}, type }: TerminalInput = {},
): Promise<TerminalOutcome> {
  const run = [process.execPath, ...nodeWords(), 'run', '-u', simulator.url, ...words.split(' ')].join(' ');
  const shell = `stty cols 80 rows 40; stty -g; trap : INT; ${run}; code=$?; stty -g; exit $code`;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('/usr/bin/script', ['-qec', shell, '/dev/null'], {
    env: { PATH, HOME, TERM: 'xterm-256color', SHELL: '/bin/sh', ...testStore, ...environment },
  });
  let sent = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (sent += text));
  const ended = once(child, 'close');
  if (type !== undefined) {
    while (!sent.includes(type.after)) await sleep(20);
    child.stdin.write(type.text);
  }
  const [exitCode] = (await ended) as [number | null];
  const lines = sent.split('\r\n');
  return { exitCode, settings: [lines[0] ?? '', lines.at(-2) ?? ''], sent: lines.slice(1, -2).join('\r\n') };
}

/** Sequences that colour. */
const colour = /\p{Cc}\[[\d;]*m/u;
/** Sequences that hide the cursor, or take the screen away. */
const leftBehind = /\p{Cc}\[\?\d+[hl]/u;

describe('at a terminal', { timeout: 60_000 }, () => {
  it.concurrent('a run shows how it goes, in colours, and leaves only its report behind', async () => {
    const { exitCode, sent, settings } = await atTerminal('-m sim-w3 --rate 10 -d 3s --allow-invalid');
    expect(exitCode).toBe(0);
    expect(sent).toMatch(/running +1s/);
    expect(sent).toMatch(/█.*33%/);
    expect(sent).toContain('in flight');
    expect(sent).toMatch(colour);
    expect(sent).not.toMatch(leftBehind);
    const screen = screenOf(sent);
    expect(screen).toMatch(/^Tokenstorm \d/);
    expect(screen).not.toContain('in flight');
    expect(screen).toMatch(/Verdict: PASSED\..*\nSnapshots kept: tokenstorm report \S+$/);
    for (const line of screen.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    expect(settings[0]).toMatch(/^[\da-f:]+$/);
    expect(settings[1]).toBe(settings[0]);
  });

  it.concurrent.each([
    ['NO_COLOR', '', { NO_COLOR: '1' }],
    ['--no-color', ' --no-color', {}],
  ] as const)('%s takes the colours away, and nothing else', async (_, flag, environment) => {
    const words = `-m sim-w3 --rate 10 -d 2s --allow-invalid${flag}`;
    const { sent } = await atTerminal(words, { environment });
    expect(sent).not.toMatch(colour);
    expect(sent).toContain('in flight');
    expect(screenOf(sent)).toContain('Verdict: PASSED.');
  });

  it.concurrent('--ui none and --quiet show no progress', async () => {
    const load = '-m sim-w3 --rate 10 -d 1500ms --allow-invalid --no-color';
    for (const flag of ['--ui none', '--quiet']) {
      const { sent } = await atTerminal(`${load} ${flag}`);
      expect(sent).toMatch(/^Tokenstorm \d/);
      expect(sent).not.toContain('\u001B');
    }
  });

  it.concurrent('Ctrl-C is told what it does, and the report follows', async () => {
    const type = { text: '\u0003', after: 'in flight' };
    const { exitCode, sent, settings } = await atTerminal('-m sim-w3 --rate 10 -d 60s', { type });
    expect(exitCode).toBe(130);
    const screen = screenOf(sent);
    expect(screen).toContain('Stopping: requests under way may finish. Ctrl-C again stops now.');
    expect(screen).not.toContain('in flight');
    expect(screen).toContain('Verdict: INTERRUPTED.');
    expect(sent).not.toMatch(leftBehind);
    expect(settings[1]).toBe(settings[0]);
  });
});
