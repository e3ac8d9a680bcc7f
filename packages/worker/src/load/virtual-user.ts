import { longestTimerMs } from '../pacing/longest-timer.ts';

/** What a virtual user asks of the loop that it belongs to. */
export interface UserSurroundings {
  /** True where this user is one too many, or no request may start any more; it leaves then. */
  retires(): boolean;
  /** Asks for the next iteration; false where there is none left. */
  takeIteration(): Promise<boolean> | boolean;
  send(onEnd: () => void): void;
  thinkMs(): number;
  /** Told once, when the user will send nothing more and nothing of its is under way. */
  onLeave(user: VirtualUser): void;
  /** Told instead where the next iteration cannot be asked for: the user is stuck. */
  onFault(cause: unknown): void;
}

/**
 * One virtual user: sends its next request when its last one has ended and it has thought. Callbacks rather than promises,
 * because a fast target makes this the hottest loop of a worker.
 */
export class VirtualUser {
  readonly #surroundings: UserSurroundings;
  #thinking: NodeJS.Timeout | undefined;
  #isSending = false;
  #endedWhileSending = false;

  constructor(surroundings: UserSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Sends the first request, or leaves. */
  readonly start = (): void => {
    this.#thinking = undefined;
    if (this.#surroundings.retires()) return this.#leave();
    const granted = this.#surroundings.takeIteration();
    if (typeof granted === 'boolean') this.#go(granted);
    else this.#goWhen(granted).catch((cause: unknown) => this.#surroundings.onFault(cause));
  };

  /** Ends a pause for thought: there is nothing to think about any more. */
  stopThinking(): void {
    if (this.#thinking === undefined) return;
    clearTimeout(this.#thinking);
    this.start();
  }

  async #goWhen(granted: Promise<boolean>): Promise<void> {
    const isGranted = await granted;
    this.#go(isGranted && !this.#surroundings.retires());
  }

  #go(isGranted: boolean): void {
    if (!isGranted) return this.#leave();
    this.#isSending = true;
    this.#surroundings.send(this.#onEnd);
    this.#isSending = false;
    if (!this.#endedWhileSending) return;
    // What fails before it was sent ends at once: without a break the stack would grow with every request.
    this.#endedWhileSending = false;
    setImmediate(this.#onEnd);
  }

  readonly #onEnd = (): void => {
    if (this.#isSending) {
      this.#endedWhileSending = true;
      return;
    }
    const thinkMs = this.#surroundings.thinkMs();
    if (thinkMs > 0) this.#thinking = setTimeout(this.start, Math.min(thinkMs, longestTimerMs));
    else this.start();
  };

  #leave(): void {
    this.#surroundings.onLeave(this);
  }
}
