import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import type { LiveStatus } from '../live-status.ts';
import type { FromDashboard, ToDashboard } from './messages.ts';
import type { DashboardAbout } from './view-state.ts';

/** How long it may take to give the terminal back. */
const closePatienceMs = 2000;
/** What it needs of the environment: nothing secret. */
const passedOn = [
  'PATH',
  'HOME',
  'TERM',
  'COLORTERM',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'NO_COLOR',
  'TZ',
  'NODE_COMPILE_CACHE',
];
/** The terminal as it is without a dashboard, where that could not give it back itself. */
const restoreScreen = '\u001B[?7h\u001B[?25h\u001B[?1049l';

const entry = new URL(
  import.meta.url.endsWith('.ts') ? './dashboard-main.ts' : './dashboard-main.js',
  import.meta.url,
);
/** It lives on a small heap. From source it needs what finds sources. */
const nodeFlags = [
  '--single-threaded-gc',
  '--max-semi-space-size=1',
  ...(entry.href.endsWith('.ts') ? ['--conditions=source', '--disable-warning=ExperimentalWarning'] : []),
];

export interface DashboardProcessOptions {
  readonly colours: boolean;
  /** Somebody wants the run to stop. */
  readonly onStop: () => void;
  /** It ended though nobody had told it to, and the terminal is as it was before; says how. */
  readonly onLost: (how: string) => void;
}

/**
 * The dashboard in a process of its own, so that drawing and reading keys take no time from the load generator's event loop, no
 * memory from its heap, and give the terminal back even where the load generator is killed. Does not keep this process alive.
 */
export class DashboardProcess {
  readonly #options: DashboardProcessOptions;
  readonly #child: ChildProcess;
  readonly #ended = Promise.withResolvers<void>();
  readonly #hasKeys = isatty(0);
  #hasBegun = false;
  #isClosing = false;
  #hasEnded = false;
  /** Statuses that the process has not been handed yet. */
  #unsent = 0;

  constructor(options: DashboardProcessOptions) {
    this.#options = options;
    this.#child = fork(fileURLToPath(entry), {
      execArgv: nodeFlags,
      env: Object.fromEntries(
        passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
      ),
      stdio: [this.#hasKeys ? 0 : 'ignore', 'ignore', 2, 'ipc'],
    });
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on('message', ({ type }: FromDashboard) => {
      if (type === 'stop') options.onStop();
    });
    this.#child.once('error', ({ message }) => this.#end(message));
    this.#child.once('exit', (code, signal) => this.#end(signal ?? `exit code ${code}`));
  }

  /** It has the terminal. */
  get isShown(): boolean {
    return this.#hasBegun && !this.#hasEnded && !this.#isClosing;
  }

  /** Takes the terminal, but where it has ended already. */
  begin(about: DashboardAbout): void {
    if (this.#hasEnded || this.#isClosing) return;
    this.#hasBegun = true;
    this.#tell({ type: 'begin', about, colours: this.#options.colours, hasKeys: this.#hasKeys });
  }

  /** Shows a status, unless the one before is still on its way. */
  status(status: LiveStatus): void {
    if (!this.isShown || this.#unsent > 0) return;
    this.#unsent += 1;
    this.#tell({ type: 'status', status }, () => (this.#unsent -= 1));
  }

  say(text: string): void {
    this.#tell({ type: 'say', text });
  }

  /** Resolves once the terminal is as it was before. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#hasEnded) return;
    // From here on its end is waited for.
    this.#child.ref();
    this.#tell({ type: 'end' });
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), closePatienceMs);
    await this.#ended.promise;
    clearTimeout(timer);
  }

  #tell(message: ToDashboard, onSent: () => void = () => {}): void {
    if (this.#child.connected) this.#child.send(message, () => onSent());
  }

  #end(how: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#hasBegun && how !== 'exit code 0') this.#restore();
    this.#ended.resolve();
    if (!this.#isClosing) this.#options.onLost(how);
  }

  #restore(): void {
    process.stderr.write(restoreScreen);
    if (this.#hasKeys) spawnSync('stty', ['sane'], { stdio: [0, 'ignore', 'ignore'] });
  }
}
