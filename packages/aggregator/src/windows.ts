import { SumWindow, windowStart } from './sum-window.ts';
import type { SumWindowState } from './sum-window.ts';

/** A `Windows` as plain data. */
export interface WindowsState {
  readonly closedUpToMs: number;
  readonly open: readonly SumWindowState[];
}

/** Cuts the run into windows of one length. A window is given away once nobody waits for its end any more, and forgotten. */
export class Windows {
  readonly #durationMs: number;
  #open = new Map<number, SumWindow>();
  #closedUpToMs = 0;

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  state(): WindowsState {
    return {
      closedUpToMs: this.#closedUpToMs,
      open: [...this.#open.values()].map((window) => window.state()),
    };
  }

  restore({ closedUpToMs, open }: WindowsState): void {
    this.#closedUpToMs = closedUpToMs;
    this.#open = new Map(open.map((window) => [window.startMs, SumWindow.of(window)]));
  }

  /** The window that a moment of the run lies in (what is before the start counts to the first one); `undefined` once it was given away. */
  at(atMs: number): SumWindow | undefined {
    const startMs = windowStart(atMs, this.#durationMs);
    if (startMs < this.#closedUpToMs) return undefined;
    let window = this.#open.get(startMs);
    if (window === undefined) this.#open.set(startMs, (window = new SumWindow(startMs, this.#durationMs)));
    return window;
  }

  /** The windows that end by then, in order of time. */
  takeClosed(upToMs: number): SumWindow[] {
    const closed = [...this.#open.values()].filter(({ endMs }) => endMs <= upToMs);
    closed.sort((a, b) => a.startMs - b.startMs);
    for (const { startMs } of closed) this.#open.delete(startMs);
    this.#closedUpToMs = Math.max(this.#closedUpToMs, closed.at(-1)?.endMs ?? 0);
    return closed;
  }
}
