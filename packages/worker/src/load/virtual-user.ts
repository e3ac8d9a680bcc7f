import { longestTimerMs } from '../pacing/longest-timer.ts';

/** What a virtual user asks of the loop that it belongs to. */
export interface UserSurroundings {
  /** True where this user is one too many, or no request may start any more; it leaves then. */
  retires(): boolean;
  /** Asks for the next iteration's number; `undefined` where there is none left; a promise where it is to ask again then. */
  takeIteration(): Promise<void> | number | undefined;
  send(iteration: number, onEnd: () => void): void;
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
    const iteration = this.#surroundings.takeIteration();
    if (typeof iteration !== 'object') this.#go(iteration);
    else iteration.then(this.start).catch((cause: unknown) => this.#surroundings.onFault(cause));
  };

  /** Ends a pause for thought: there is nothing to think about any more. */
  stopThinking(): void {
    if (this.#thinking === undefined) return;
    clearTimeout(this.#thinking);
    this.start();
  }

  #go(iteration: number | undefined): void {
    if (iteration === undefined) return this.#leave();
    this.#isSending = true;
    this.#surroundings.send(iteration, this.#onEnd);
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
