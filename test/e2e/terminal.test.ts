import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeWords } from '../support/command.ts';
import { screenOf } from '../support/screen.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { testStore } from '../support/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

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

/** Something done as soon as this was sent after the last thing done. */
interface Step {
  readonly after: string;
  readonly type?: string;
  /** Run by a shell at the same terminal. */
  readonly shell?: string;
}

const stepPatienceMs = 20_000;

interface TerminalInput {
  readonly environment?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  /** What the shell does with the run's streams. */
  readonly redirection?: string;
}

/** `tokenstorm run` with these words at a terminal of 80 columns. Its process's id stands in `$folder/pid`. */
async function atTerminal(
  words: string,
  { environment = {}, steps = [], redirection = '' }: TerminalInput = {},
): Promise<TerminalOutcome> {
  const run = ['exec', process.execPath, ...nodeWords(), 'run', ...words.split(' ')].join(' ');
  // Opened for writing too, it never ends.
  const asks = '(while read -r asked; do eval "$asked"; done <> "$folder/asked") & asks=$!';
  const shell = [
    'stty cols 80 rows 40; stty -g; trap : INT; mkfifo "$folder/asked"',
    asks,
    `sh -c 'echo $$ > "$folder/pid"; ${run} ${redirection}'`,
    'code=$?; stty -g; kill $asks; exit $code',
  ].join('\n');
  await using folder = await temporaryFolder();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('/usr/bin/script', ['-qec', shell, '/dev/null'], {
    env: {
      PATH,
      HOME,
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
      folder: folder.path,
      ...testStore,
      ...environment,
    },
  });
  let sent = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (sent += text));
  const ended = once(child, 'close');
  for (const { after, type, shell: asked } of steps) {
    const from = sent.length;
    const isShown = () => stripVTControlCharacters(sent.slice(from)).includes(after);
    const untilMs = performance.now() + stepPatienceMs;
    while (!isShown() && child.exitCode === null && performance.now() < untilMs) await sleep(20);
    if (!isShown()) child.kill();
    if (!isShown()) throw new Error(`Never shown: ${after}\n${screenOf(sent)}`);
    if (type !== undefined) child.stdin.write(type);
    if (asked !== undefined) writeFileSync(join(folder.path, 'asked'), `${asked}\n`);
  }
  const [exitCode] = (await ended) as [number | null];
  const lines = sent.split('\r\n');
  return { exitCode, settings: [lines[0] ?? '', lines.at(-2) ?? ''], sent: lines.slice(1, -2).join('\r\n') };
}

/** One model that answers at once. */
function fast(rest: string): string {
  return `-u ${simulator.url} -m sim-w3 --rate 10 --allow-invalid --no-snapshot-log ${rest}`;
}

/** One that does not answer while the test looks. */
function slow(): string {
  return `-u ${simulator.url} -m sim-ttft30000 --rate 10 -d 60s --no-snapshot-log --no-preflight`;
}

/** Sequences that colour. */
const colour = /\p{Cc}\[[\d;]*m/u;
const escape = '\u001B';

/** The modes of a terminal as these sequences leave them: cursor, wrapping, and the other screen. */
function modesAfter(sent: string): Readonly<Record<string, string | undefined>> {
  const modes = [...sent.matchAll(/\p{Cc}\[\?(\d+)([hl])/gu)].map(
    ([, mode, state]) => [mode, state] as const,
  );
  return Object.fromEntries(modes);
}

const modesBefore = { 25: 'h', 7: 'h', 1049: 'l' };

/** The screen as the dashboard last drew it. */
function lastFrame(sent: string): string {
  return screenOf(sent.slice(0, sent.lastIndexOf(`${escape}[?7h`)));
}

describe('at a terminal', { timeout: 60_000 }, () => {
  it.concurrent('a run shows how it goes, in colours, and leaves only its report behind', async () => {
    const { exitCode, sent, settings } = await atTerminal(fast('-d 4s'));
    expect(exitCode).toBe(0);
    expect(sent).toMatch(colour);
    const frame = lastFrame(sent);
    expect(frame).toMatch(/^ Tokenstorm {2}\S+ {2}\d{8}-\S+ +(RUNNING|DRAINING) [34](\.\d)?s of 4s$/m);
    expect(frame).toMatch(/^ █+░* +\d+%/m);
    expect(frame).toMatch(/^ Rate +\d\S*\/s of 10 asked +[▁-█]/m);
    for (const name of ['TTFT', 'E2E', 'ICL', 'TPOT'])
      expect(frame).toMatch(new RegExp(`^ ${name}( +\\d[\\d.]*){3} │`, 'm'));
    expect(frame).toMatch(/● \S+ (ok|SUSPECT|INVALID) [\d.]+ ms/);
    const lines = frame.split('\n');
    expect(lines).toHaveLength(40);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
    expect(modesAfter(sent)).toEqual(modesBefore);
    expect(screenOf(sent)).toMatch(/^Tokenstorm \d(.|\n)*Verdict: PASSED\..*$/);
    expect(screenOf(sent)).not.toContain('asked');
    expect(settings[0]).toMatch(/^[\da-f:]+$/);
    expect(settings[1]).toBe(settings[0]);
  });

  it.concurrent('keys show one group, stop the view and the run, and a key of an API is never shown', async () => {
    await using folder = await temporaryFolder();
    const secret = 'sk-do-not-show-1234567890';
    const path = await folder.write('two.yaml', twoModels());
    const { exitCode, sent, settings } = await atTerminal(
      `${path} --no-color --allow-invalid --no-snapshot-log`,
      {
        environment: { THE_KEY: secret },
        steps: [
          { after: '✓ ttft: p(95) < 10s', type: 'g' },
          { after: 'target own/sim-w3 (2 of 3)', type: '\u001B[C' },
          { after: 'target own/sim-fast (3 of 3)', type: '?' },
          { after: 'pause the view, and go on', type: '?p' },
          { after: 'VIEW PAUSED, the run goes on', shell: 'stty cols 150 rows 30 < /dev/tty' },
          { after: '│ ── Thresholds', type: ' ' },
          { after: 'RUNNING', type: 'q' },
        ],
      },
    );
    expect(exitCode).toBe(130);
    expect(sent).not.toMatch(colour);
    const wide = lastFrame(sent).split('\n');
    expect(wide).toHaveLength(30);
    expect([...(wide[0] ?? '')].length).toBeGreaterThan(140);
    expect(wide.join('\n')).toContain('DRAINING');
    const screen = screenOf(sent);
    expect(screen).toMatch(
      /^Stopping: requests under way may finish\. Ctrl-C again stops now\.\nTokenstorm \d/,
    );
    expect(screen).toContain('Verdict: INTERRUPTED.');
    expect(sent).not.toContain(secret);
    expect(modesAfter(sent)).toEqual(modesBefore);
    expect(settings[1]?.split(':')[3]).toBe(settings[0]?.split(':')[3]);
  });

  it.concurrent('Ctrl-C is a key that stops, and stops now', async () => {
    const { exitCode, sent, settings } = await atTerminal(slow(), {
      steps: [
        { after: 'of 10 asked', type: '\u0003' },
        { after: 'Stopping: requests under way', type: '\u0003' },
      ],
    });
    expect(exitCode).toBe(130);
    expect(screenOf(sent)).toMatch(
      /^Stopping: requests under way may finish\. Ctrl-C again stops now\.\nTokenstorm \d/,
    );
    expect(screenOf(sent)).toContain('Verdict: INTERRUPTED.');
    expect(modesAfter(sent)).toEqual(modesBefore);
    expect(settings[1]).toBe(settings[0]);
  });

  it.concurrent('the terminal comes back even from a run that was killed', async () => {
    const { exitCode, sent, settings } = await atTerminal(slow(), {
      steps: [
        { after: 'of 10 asked', shell: 'kill -TERM $(cat "$folder/pid")' },
        { after: 'Stopping: requests', shell: 'kill -KILL $(cat "$folder/pid"); sleep 1' },
      ],
    });
    expect(exitCode).toBe(137);
    expect(modesAfter(sent)).toEqual(modesBefore);
    expect(screenOf(sent)).toContain('Stopping: requests under way may finish.');
    expect(screenOf(sent)).not.toContain('asked');
    expect(settings[1]).toBe(settings[0]);
  });

  it.concurrent('a report that goes elsewhere leaves the dashboard where it is; without keys at its input', async () => {
    await using folder = await temporaryFolder();
    const report = join(folder.path, 'report.txt');
    const { exitCode, sent } = await atTerminal(fast('-d 3s'), {
      environment: { NO_COLOR: '1' },
      redirection: `< /dev/null > ${report}`,
    });
    expect(exitCode).toBe(0);
    expect(sent).not.toMatch(colour);
    expect(lastFrame(sent)).toContain('Ctrl-C stops (standard input is no terminal');
    expect(screenOf(sent)).not.toContain('Verdict');
    expect(await folder.read('report.txt')).toMatch(/^Tokenstorm \d(.|\n)*Verdict: PASSED\./);
  });

  it.concurrent('lines, or nothing, where that is asked for or the terminal can do no more', async () => {
    const [dumb, none] = await Promise.all([
      atTerminal(fast('-d 1s'), { environment: { TERM: 'dumb' } }),
      atTerminal(fast('-d 1s --no-color --ui none')),
    ]);
    expect(none.sent).toMatch(/^Tokenstorm \d/);
    for (const { sent } of [dumb, none]) expect(sent).not.toContain(escape);
  });
});

function twoModels(): string {
  return `
name: two
providers:
  - { name: own, type: openai-compatible, base_url: '${simulator.url}', models: [sim-w3, sim-fast], api_key: '\${THE_KEY}' }
workload:
  scenarios:
    - { name: s, executor: constant-arrival-rate, rate: 5, duration: 60s, prompt: hello }
thresholds: { ttft: ['p(95) < 10s'] }
`;
}
