import type { Clock } from '@tokenstorm/core';
import type { LiveStatus } from './live-status.ts';
import { statusBlock, statusLine } from './status-lines.ts';
import type { RunView } from './run-view.ts';
import { styleOf } from './style.ts';

/** The part of a writable stream that progress needs: `process.stderr`, a file, a pipe. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly writableNeedDrain?: boolean;
  write(text: string): unknown;
}

/** Fastest redraw on a terminal, and distance of the plain lines elsewhere. */
const redrawMs = 250;
const plainLineMs = 5000;
/** Up one line per line drawn, to its start; then clear to the end of the screen. */
const toBlockStart = (lines: number) => (lines === 0 ? '\r' : `\r\u001B[${lines}A`);
const clearBelow = '\u001B[J';

/**
 * Progress of a run, on stderr so that stdout stays the report's. On a terminal a block of lines redrawn in place,
 * elsewhere a plain line each 5 s. It has no timer: it draws when a status is pushed, and skips those that come too
 * fast or that the stream cannot take yet, so it never holds up the generator. The cursor is neither hidden nor moved
 * away: between two draws it stands below the block, so however the process ends there is nothing to restore.
 */
export class Progress implements RunView {
  readonly wantsDetail = false;
  readonly #stream: ProgressStream;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #colours: boolean;
  #drawnLines = 0;
  #lastDrawMs: number;
  #latest: LiveStatus | undefined;

  constructor(options: {
    readonly stream: ProgressStream;
    readonly clock: Pick<Clock, 'nowMs'>;
    readonly colours: boolean;
  }) {
    this.#stream = options.stream;
    this.#clock = options.clock;
    this.#colours = options.colours;
    this.#lastDrawMs = this.#isTerminal ? -Infinity : options.clock.nowMs();
  }

  begin(): void {}

  /** Takes the newest status; draws it when one is due. */
  update(status: LiveStatus): void {
    this.#latest = status;
    const nowMs = this.#clock.nowMs();
    const due = nowMs - this.#lastDrawMs >= (this.#isTerminal ? redrawMs : plainLineMs);
    if (!due || this.#stream.writableNeedDrain === true) return;
    this.#lastDrawMs = nowMs;
    if (this.#isTerminal) this.#redraw(status);
    else this.#stream.write(`${statusLine(status)}\n`);
  }

  /** Writes a line that stays, above the block: what the user must be told while the run goes on. */
  say(message: string): void {
    this.#stream.write(`${this.#erasure()}${message}\n`);
    this.#drawnLines = 0;
    if (this.#isTerminal && this.#latest !== undefined) this.#redraw(this.#latest);
  }

  /** Takes the block off the terminal; plain lines stay. Repeatable. A later status is drawn again. */
  clear(): void {
    const erasure = this.#erasure();
    if (erasure !== '') this.#stream.write(erasure);
    this.#drawnLines = 0;
    this.#latest = undefined;
  }

  close(): Promise<void> {
    this.clear();
    return Promise.resolve();
  }

  get #isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  #redraw(status: LiveStatus): void {
    const width = Math.max(20, (this.#stream.columns ?? 80) - 1);
    const lines = statusBlock(status, { width, style: styleOf(this.#colours) });
    this.#stream.write(`${this.#erasure()}${lines.join('\n')}\n`);
    this.#drawnLines = lines.length;
  }

  #erasure(): string {
    return this.#drawnLines === 0 ? '' : toBlockStart(this.#drawnLines) + clearBelow;
  }
}
