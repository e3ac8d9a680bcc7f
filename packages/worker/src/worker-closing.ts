import { longestTimerMs } from './pacing/longest-timer.ts';

/** How long a worker that ends waits for its last commits, ms. */
const commitGraceMs = 5000;

/** The end of a worker, in its steps: what is under way may finish for a while, then what is known may be committed. */
export class WorkerClosing {
  readonly #tailGraceMs: number;
  readonly #tails = new AbortController();
  readonly #commits = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** `tailGraceMs`: how long requests under way may finish after the worker was told to end. */
  constructor(tailGraceMs: number) {
    this.#tailGraceMs = tailGraceMs;
  }

  /** Nothing may be under way any more. */
  get areTailsOver(): boolean {
    return this.#tails.signal.aborted;
  }

  /** Calls back when nothing may be under way any more, unless the returned function was called before. */
  onTailsOver(listener: () => void): () => void {
    return listen(this.#tails.signal, listener);
  }

  /** The same when commits are not waited for any more. */
  onCommitsOver(listener: () => void): () => void {
    return listen(this.#commits.signal, listener);
  }

  begin(): void {
    this.#timer ??= setTimeout(() => this.#endTails(), Math.min(this.#tailGraceMs, longestTimerMs));
  }

  /** All has ended: there is nothing left to wait for. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #endTails(): void {
    this.#tails.abort();
    this.#timer = setTimeout(() => this.#commits.abort(), commitGraceMs);
  }
}

function listen(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
