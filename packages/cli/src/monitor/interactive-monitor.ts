import { wallNowMs } from '@tokenstorm/transport';
import { metricsPath } from '../calls/metrics-path.ts';
import { statisticsOf } from '../calls/statistics.ts';
import type { MonitorSession } from './monitor-session.ts';
import { AnswerText } from './answer-text.ts';
import { callStatus, totalsStatus } from './call-status.ts';
import type { MonitoredCall } from './monitored-call.ts';
import { performanceCall, performanceText, writePerformance } from './performance-file.ts';
import { statsText } from './stats-text.ts';
import type { Page } from '../view/page.ts';
import { wrapped } from '../view/wrap.ts';

/** Where a session shows and writes what it measures. */
export interface InteractiveOptions {
  readonly folder: string;
  /** A line of JSON for each call on stdout, and nothing else there. */
  readonly json: boolean;
  /** Somebody types and looks. */
  readonly isTerminal: boolean;
  readonly page: Page;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Most calls that a session keeps; of more the earliest are forgotten. */
const mostCalls = 100_000;

const help = [
  'Type a prompt: it is sent as it is, each by itself, and the answer is shown as it comes.',
  '  stats         sums, percentiles, histogram, and the tokens of the last 20 calls',
  '  save [FILE]   all calls and their statistics as JSON',
  '  csv [FILE]    all calls as CSV',
  '  help          this',
  '  exit, quit    leave; Ctrl-D does the same',
  'A FILE that is there already is kept: save! and csv! overwrite it.',
  'Ctrl-C cancels an answer. Prompts that are a command by themselves: put a space before them.',
];

/** One session of prompts, answers and commands. */
export class InteractiveMonitor {
  readonly #session: MonitorSession;
  readonly #options: InteractiveOptions;
  readonly #calls: MonitoredCall[] = [];
  /** Files that this session has written. */
  readonly #own = new Set<string>();
  #unsaved = 0;
  #failed = 0;
  #cancel: (() => void) | undefined;

  constructor(session: MonitorSession, options: InteractiveOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** Calls that are in no file. */
  get unsaved(): number {
    return this.#unsaved;
  }

  get failed(): number {
    return this.#failed;
  }

  get isAnswering(): boolean {
    return this.#cancel !== undefined;
  }

  /** Gives the answer under way up. */
  cancel(): void {
    this.#cancel?.();
  }

  /** Does what a line asks for; false where it asks to leave. */
  async line(text: string): Promise<boolean> {
    const [, word = '', force, file] = /^(\w+)(!?)(?:\s+(\S.*?))?\s*$/.exec(text) ?? [];
    const isAlone = file === undefined && force === '';
    if (text.trim() === '') return true;
    if (isAlone && (word === 'exit' || word === 'quit')) return false;
    if (isAlone && word === 'help') this.#say(help);
    else if (isAlone && word === 'stats') this.#stats();
    else if ((word === 'save' || word === 'csv') && isFileName(file))
      await this.#save(word === 'save' ? 'json' : 'csv', file, force === '!');
    else await this.#ask(text.trim());
    return true;
  }

  /** Writes what is unsaved to a file that is not there yet; resolves to its name. Rejects where it cannot be written. */
  async saveNew(): Promise<string> {
    const path = this.#path('json');
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? path : path.replace(/\.json$/, `-${number}.json`);
      try {
        await this.#write(candidate, this.#own.has(candidate));
        return candidate;
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      }
    }
  }

  async #ask(text: string): Promise<void> {
    const { out, page, isTerminal, json } = this.#options;
    const answer = new AnswerText(json ? () => {} : out, page.style, isTerminal);
    answer.wait();
    const { cancel, ended } = this.#session.send(this.#session.targets[0], { text, onText: answer.add });
    this.#cancel = cancel;
    const call = (await ended)?.sample.call;
    this.#cancel = undefined;
    answer.end();
    if (call === undefined) return this.#warn('the budget is used up: nothing is sent any more');
    this.#calls.push(call);
    if (this.#calls.length > mostCalls) this.#calls.shift();
    this.#unsaved += 1;
    if (call.outcome === 'failed') this.#failed += 1;
    if (json) out(`${JSON.stringify({ type: 'call', ...call, answer: answer.text })}\n`);
    else this.#say([...callStatus(call, page), ...totalsStatus(this.#calls, page)]);
  }

  #stats(): void {
    const { json, out, page } = this.#options;
    if (json)
      out(`${JSON.stringify({ type: 'stats', ...statisticsOf(this.#calls.map(performanceCall)) })}\n`);
    else this.#say(statsText(this.#calls, page));
  }

  async #save(format: 'json' | 'csv', file: string | undefined, force: boolean): Promise<void> {
    const path = file ?? this.#path(format);
    try {
      await this.#write(path, force || this.#own.has(path));
      this.#note(`Saved ${this.#calls.length === 1 ? '1 call' : `${this.#calls.length} calls`} to ${path}`);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const word = format === 'json' ? 'save' : 'csv';
      if (code === 'EEXIST')
        this.#warn(`${path} is there already: ${word}! overwrites it, ${word} FILE writes another`);
      else this.#warn(`cannot write ${path}: ${message}`);
    }
  }

  async #write(path: string, isOwn: boolean): Promise<void> {
    const { provider, model } = this.#session.targets[0];
    const generatedAt = new Date(wallNowMs());
    await writePerformance(path, performanceText(path, this.#calls, { provider, model, generatedAt }), isOwn);
    this.#own.add(path);
    this.#unsaved = 0;
  }

  #path(format: 'json' | 'csv'): string {
    return metricsPath(this.#options.folder, this.#session.targets[0].provider, format);
  }

  #say(lines: readonly string[]): void {
    this.#options.out(`${lines.join('\n')}\n`);
  }

  #note(text: string): void {
    const { json, out, err } = this.#options;
    (json ? err : out)(`${text}\n`);
  }

  #warn(text: string): void {
    for (const line of wrapped(text, this.#options.page.width)) this.#note(line);
  }
}

/** `save` with a name behind it is a command, `save the whales` a prompt. */
function isFileName(file: string | undefined): boolean {
  return file === undefined || /^\S+$/.test(file);
}
