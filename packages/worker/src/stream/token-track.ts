const none: readonly number[] = [];

/** Tokens of the content events of one response by one source: all of them, or none. */
export class TokenTrack {
  #tokens: number[] | undefined;
  #isComplete = true;

  /** Adds the next content event's tokens; `undefined` where the source does not say, which spoils the whole track. */
  add(tokens: number | undefined): void {
    if (!this.#isComplete) return;
    if (tokens === undefined) {
      this.#isComplete = false;
      this.#tokens = undefined;
    } else (this.#tokens ??= []).push(tokens);
  }

  /** Tokens of each content event in order; empty where there was none, or one of unknown size. */
  get tokens(): readonly number[] {
    return this.#tokens ?? none;
  }
}
