import type { TextConsumer } from '@tokenstorm/worker';
import type { Style } from '../view/style.ts';

/** What may not reach a terminal: control characters but line ends and tabs, and those that turn the direction of text. */
const unsafe = /(?![\n\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
const waiting = 'waiting for the first token…';
const eraseLine = '\r\u001B[K';

/** Writes one answer as it comes: reasoning and tool calls faint, the text as it is. */
export class AnswerText {
  readonly #write: (text: string) => void;
  readonly #style: Style;
  readonly #isTerminal: boolean;
  #text = '';
  #channel: Parameters<TextConsumer>[0] | undefined;
  #endsLine = true;
  #isWaiting = false;

  constructor(write: (text: string) => void, style: Style, isTerminal: boolean) {
    this.#write = write;
    this.#style = style;
    this.#isTerminal = isTerminal;
  }

  /** The text alone, without reasoning and tool calls. */
  get text(): string {
    return this.#text;
  }

  /** Says on a terminal that it waits. */
  wait(): void {
    if (!this.#isTerminal) return;
    this.#isWaiting = true;
    this.#write(this.#style.faint(waiting));
  }

  readonly add: TextConsumer = (type, text) => {
    this.#stopWaiting();
    const isSaid = type === 'text-delta' || type === 'refusal-delta';
    if (isSaid) this.#text += text;
    const safe = text.replaceAll(unsafe, '');
    if (safe === '') return;
    if (this.#channel !== undefined && this.#channel !== type) this.#endLine();
    this.#channel = type;
    this.#endsLine = safe.endsWith('\n');
    this.#write(isSaid ? safe : this.#style.faint(safe));
  };

  /** What follows begins a line of its own. */
  end(): void {
    this.#stopWaiting();
    this.#endLine();
  }

  #endLine(): void {
    if (!this.#endsLine) this.#write('\n');
    this.#endsLine = true;
  }

  #stopWaiting(): void {
    if (this.#isWaiting) this.#write(eraseLine);
    this.#isWaiting = false;
  }
}
