import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { InteractiveMonitor } from './interactive-monitor.ts';

const prompt = 'tokenstorm> ';

/** A conversation at a terminal, with a history: what is typed while an answer comes is not shown in the midst of it, and not lost. */
export class Conversation {
  readonly #monitor: InteractiveMonitor;
  readonly #lines: Interface;
  readonly #ended = Promise.withResolvers<void>();
  /** The lines so far, done one after the other. */
  #working: Promise<void> = Promise.resolve();
  #isLeaving = false;
  /** Ctrl-C was the last key. */
  #isWarned = false;

  constructor(monitor: InteractiveMonitor) {
    this.#monitor = monitor;
    this.#lines = createInterface({
      input: process.stdin,
      output: mutedWhile(() => monitor.isAnswering),
      terminal: true,
      prompt,
    });
    this.#lines.on('line', (line) => this.#heard(line));
    this.#lines.on('SIGINT', () => this.#interrupted());
    this.#lines.on('close', () => this.#closed());
  }

  /** Resolves when somebody leaves. */
  async run(): Promise<void> {
    this.#lines.prompt();
    await this.#ended.promise;
  }

  /** Ends it: an answer under way is given up. */
  close(): void {
    this.#lines.close();
  }

  #heard(line: string): void {
    this.#isWarned = false;
    this.#working = this.#do(this.#working, line);
  }

  async #do(before: Promise<void>, line: string): Promise<void> {
    await before;
    if (this.#isLeaving) return;
    if (await this.#monitor.line(line)) {
      this.#showPrompt();
      return;
    }
    this.#isLeaving = true;
    this.#lines.close();
  }

  #showPrompt(): void {
    if (!this.#isLeaving) this.#lines.prompt(true);
  }

  /** Ctrl-C gives an answer up, then what is typed, and then the conversation, where it comes twice. */
  #interrupted(): void {
    const lines = this.#lines;
    if (this.#monitor.isAnswering) {
      this.#monitor.cancel();
      return;
    }
    if (this.#isWarned) {
      lines.close();
      return;
    }
    this.#isWarned = lines.line === '';
    process.stdout.write(this.#isWarned ? '\n(Ctrl-C again, Ctrl-D or exit leaves)\n' : '\n');
    // To the end of the line, and away with all before it.
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
    lines.prompt();
  }

  #closed(): void {
    if (!this.#isLeaving) process.stdout.write('\n');
    this.#isLeaving = true;
    this.#monitor.cancel();
    void this.#end();
  }

  async #end(): Promise<void> {
    await this.#working;
    this.#ended.resolve();
  }
}

/** The terminal for what readline shows; while it is muted nothing of that reaches it. */
function mutedWhile(isMuted: () => boolean): Writable {
  const { stdout } = process;
  const screen = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      if (!isMuted()) stdout.write(chunk);
      done();
    },
  });
  // Readline asks its output how wide the terminal is.
  return Object.defineProperties(screen, {
    isTTY: { value: true },
    columns: { get: () => stdout.columns },
    rows: { get: () => stdout.rows },
  });
}
