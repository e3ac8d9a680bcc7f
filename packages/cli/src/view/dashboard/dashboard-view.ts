import type { LiveStatus } from '../live-status.ts';
import { frameOf } from './frame.ts';
import type { Size } from './frame.ts';
import { History, sliceKey } from './history.ts';
import type { KeyAction } from './keys.ts';
import { paintedLine } from './line.ts';
import type { Look } from './look.ts';
import { selectedSlice } from './view-state.ts';
import type { DashboardAbout, ViewState } from './view-state.ts';

const mostMessages = 200;
/** As many as the pictures show. */
const mostWaiting = 240;

/** What the dashboard shows, and how keys change it. Draws nothing by itself. */
export class DashboardView {
  readonly #about: DashboardAbout;
  readonly #look: Look;
  readonly #hasKeys: boolean;
  readonly #history = new History();
  readonly #messages: string[] = [];
  #status: LiveStatus | undefined;
  /** What came since the view stands still; undefined while it does not. */
  #waiting: LiveStatus[] | undefined;
  #selected: string | undefined;
  #showsHelp = false;

  constructor(about: DashboardAbout, look: Look, hasKeys: boolean) {
    this.#about = about;
    this.#look = look;
    this.#hasKeys = hasKeys;
  }

  status(status: LiveStatus): void {
    if (this.#waiting === undefined) return this.#show(status);
    this.#waiting.push(status);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
  }

  say(text: string): void {
    this.#messages.push(text);
    if (this.#messages.length > mostMessages) this.#messages.shift();
  }

  /** Does what a key asks of the view; stopping and suspending are not its own. */
  act(action: KeyAction): void {
    if (action === 'pause') this.#pause();
    if (action === 'help') this.#showsHelp = !this.#showsHelp;
    if (action === 'next') this.#select(1);
    if (action === 'previous') this.#select(-1);
    if (action === 'all') this.#selected = undefined;
  }

  /** The lines of the screen. */
  lines(size: Size): string[] {
    return frameOf(this.#state, size, this.#look).map((line) => paintedLine(line, this.#look));
  }

  get #state(): ViewState {
    return {
      about: this.#about,
      status: this.#status,
      history: this.#history,
      messages: this.#messages,
      isPaused: this.#waiting !== undefined,
      showsHelp: this.#showsHelp,
      hasKeys: this.#hasKeys,
      selected: this.#selected,
    };
  }

  #show(status: LiveStatus): void {
    this.#status = status;
    this.#history.add(status);
  }

  #pause(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting === undefined ? [] : undefined;
    for (const status of waiting ?? []) this.#show(status);
  }

  #select(step: number): void {
    const slices = this.#status?.detail?.slices ?? [];
    const shown = selectedSlice(this.#state);
    const index = slices.findIndex((slice) => shown !== undefined && sliceKey(slice) === sliceKey(shown));
    const next = slices[(index + step + slices.length) % Math.max(1, slices.length)];
    this.#selected = next === undefined ? undefined : sliceKey(next);
  }
}
