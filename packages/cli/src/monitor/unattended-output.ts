import type { AlertChange } from './alert.ts';
import { CallLines, timeOfDay } from './call-line.ts';
import type { WindowLine } from './monitor-book.ts';
import type { MonitoredCall } from './monitored-call.ts';
import { alertText, outageText } from './monitor-events.ts';
import type { OutageChange } from './outages.ts';
import { webhookMessage } from './webhook.ts';
import { windowsText } from './windows-text.ts';
import type { Style } from '../view/style.ts';
import { labelled } from '../view/wrap.ts';

/** How and where a monitor prints. */
export interface UnattendedOutputOptions {
  readonly name: string;
  readonly targets: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  /** Somebody looks: lines are broken between words. */
  readonly isTerminal: boolean;
  readonly width: number;
  readonly style: Style;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What an unattended monitor prints: lines for people, or one JSON object a line, told apart by `type`. */
export class UnattendedOutput {
  readonly #options: UnattendedOutputOptions;
  readonly #lines: CallLines;
  #hasHeading = false;

  constructor(options: UnattendedOutputOptions) {
    this.#options = options;
    this.#lines = new CallLines(options.targets, options);
  }

  /** In an outage a failed call is not worth a line of its own. */
  call(call: MonitoredCall, isKnownOutage: boolean): void {
    const { json, quiet } = this.#options;
    if (json) return this.#json('call', call);
    if (quiet || isKnownOutage) return;
    if (!this.#hasHeading) this.#text(this.#lines.heading());
    this.#hasHeading = true;
    this.#text(this.#lines.line(call));
  }

  outage(change: OutageChange): void {
    const { call: _call, kind, sinceMs, atMs, ...rest } = change;
    const since = new Date(sinceMs).toISOString();
    const at = new Date(atMs).toISOString();
    if (this.#options.json) return this.#json('outage', { state: kind, since, at, ...rest });
    this.#event(atMs, outageText(change), kind === 'began' ? 'bad' : 'good');
  }

  alert(change: AlertChange): void {
    if (this.#options.json) return this.#json('alert', webhookMessage(this.#options.name, change));
    this.#event(change.atMs, alertText(change), change.state === 'firing' ? 'bad' : 'good');
  }

  windows(windows: readonly WindowLine[]): void {
    if (this.#options.json) return this.#json('windows', { windows });
    for (const line of windowsText(windows, this.#options.width)) this.#text(line);
    this.#hasHeading = false;
  }

  /** Said to whoever looks, and no part of the result. */
  note(text: string): void {
    for (const line of this.#wrapped('', text)) this.#options.err(`${line}\n`);
  }

  warn(warning: string): void {
    this.note(`warning: ${warning}`);
  }

  #event(atMs: number, text: string, tone: 'good' | 'bad'): void {
    for (const line of this.#wrapped(`${timeOfDay(atMs)}  `, text))
      this.#text(this.#options.style[tone](line));
  }

  /** A log has each event on one line. */
  #wrapped(label: string, text: string): readonly string[] {
    const { isTerminal, width } = this.#options;
    return isTerminal ? labelled(label, text, width) : [label + text];
  }

  #text(line: string): void {
    this.#options.out(`${line}\n`);
  }

  #json(type: string, value: object): void {
    this.#options.out(`${JSON.stringify({ type, ...value })}\n`);
  }
}
