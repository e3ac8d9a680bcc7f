import { Worker } from 'node:worker_threads';
import { TokenstormError } from '@tokenstorm/core';
import type { TokenizerSource } from '@tokenstorm/core';

/** Text (characters) that may wait to be counted: about a second's work. Records wait with it, and should not be late. */
const mostWaiting = 4 * 1024 * 1024;

interface Question {
  readonly characters: number;
  readonly answer: (counts: readonly number[] | undefined) => void;
}

/**
 * Counts tokens in a thread of its own: a long answer takes a millisecond or more, in which no socket would be read.
 * Questions are answered in their order, or at once with nothing where too much text waits already.
 */
export class TokenCounter implements AsyncDisposable {
  readonly #thread: Worker;
  readonly #waiting: Question[] = [];
  #waitingCharacters = 0;
  #isClosed = false;

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.on('message', (counts: readonly number[]) => this.#answerNext(counts));
    // A thread that broke answers nobody any more: what is not counted stays as the provider said, or estimated.
    const stop = () => {
      this.#isClosed = true;
      for (const { answer } of this.#waiting.splice(0)) answer(undefined);
    };
    thread.on('error', stop);
    thread.on('exit', stop);
  }

  /** Resolves when it can count. Rejects with `E_FILE` where the tokenizer cannot be loaded. */
  static async open(source: TokenizerSource): Promise<TokenCounter> {
    const thread = new Worker(threadModule(), { workerData: source, stderr: false });
    const ready = Promise.withResolvers<void>();
    thread.once('message', () => ready.resolve());
    thread.once('error', ready.reject);
    thread.once('exit', (code) => ready.reject(new Error(`its thread ended with code ${code}`)));
    try {
      await ready.promise;
    } catch (cause) {
      throw notLoaded(source, cause);
    }
    thread.unref();
    return new TokenCounter(thread);
  }

  /** Tokens of each text; `undefined` where it cannot count any more, or cannot keep up. */
  count(texts: readonly string[]): Promise<readonly number[] | undefined> {
    const characters = texts.reduce((sum, { length }) => sum + length, 0);
    const isBehind = this.#waiting.length > 0 && this.#waitingCharacters + characters > mostWaiting;
    if (this.#isClosed || isBehind) return Promise.resolve(undefined);
    return new Promise((answer) => {
      this.#waiting.push({ characters, answer });
      this.#waitingCharacters += characters;
      this.#thread.postMessage(texts);
    });
  }

  #answerNext(counts: readonly number[]): void {
    const question = this.#waiting.shift();
    this.#waitingCharacters -= question?.characters ?? 0;
    question?.answer(counts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.terminate();
  }
}

/** Rejects with `E_FILE` where a run could not load its tokenizer; harmless without one. */
export async function checkTokenizer(source: TokenizerSource | undefined): Promise<void> {
  if (source === undefined) return;
  await using _counter = await TokenCounter.open(source);
}

function notLoaded(source: TokenizerSource, cause: unknown): TokenstormError {
  const name = source.kind === 'file' ? source.path : source.name;
  const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
  return new TokenstormError('E_FILE', `the tokenizer ${name} cannot be loaded: ${reason}`, {
    hint: "execution.tokenizer takes o200k_base, cl100k_base or the model's own tokenizer.json.",
    cause,
  });
}

/** The thread's own file, beside this one: TypeScript in development, JavaScript once built. */
function threadModule(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './counting-thread.ts' : './counting-thread.js',
    import.meta.url,
  );
}
