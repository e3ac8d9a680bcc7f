import type { ReadStream, WriteStream } from 'node:tty';
import { isInForeground } from './foreground.ts';
import type { Size } from './frame.ts';

/** Another screen, an invisible cursor, no wrapping at the right margin; and all of that back. */
const enterScreen = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const leaveScreen = '\u001B[?7h\u001B[?25h\u001B[?1049l';
const toTop = '\u001B[H';
const clearScreen = '\u001B[2J';

/** The terminal while the dashboard has it: what it was before comes back, whatever ends the dashboard but SIGKILL. */
export class DashboardTerminal {
  readonly #output: WriteStream;
  readonly #input: ReadStream | undefined;
  #isEntered = false;

  /** Without an input there are no keys. */
  constructor(output: WriteStream, input: ReadStream | undefined) {
    this.#output = output;
    this.#input = input;
  }

  get isEntered(): boolean {
    return this.#isEntered;
  }

  get size(): Size {
    return { columns: this.#output.columns || 80, rows: this.#output.rows || 24 };
  }

  /** Takes the terminal; repeatable. Does nothing where the job is in the background. */
  enter(): void {
    if (!isInForeground()) return;
    // A mode that is set already is not set again, though a shell may have changed it meanwhile.
    this.#input?.setRawMode(false);
    this.#input?.setRawMode(true);
    this.#input?.resume();
    if (!this.#isEntered) this.#output.write(enterScreen);
    this.#isEntered = true;
  }

  /** Gives it back; repeatable. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    this.#output.write(leaveScreen);
    if (isInForeground()) this.#input?.setRawMode(false);
    this.#input?.pause();
  }

  /** Draws lines over the whole screen, in one write. Skipped where the terminal has not taken the last ones yet. */
  draw(lines: readonly string[], { clear = false } = {}): void {
    if (!this.#isEntered || this.#output.writableNeedDrain) return;
    this.#output.write(`${clear ? clearScreen : ''}${toTop}${lines.join('\r\n')}`);
  }

  /** Writes on the terminal as it is outside the dashboard. */
  print(text: string): void {
    this.#output.write(text);
  }
}
