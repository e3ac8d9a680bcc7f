/** Handlers that run beside each other, until whoever gave them the work waits for them. */
export class RunningHandlers {
  readonly #running = new Set<Promise<void>>();
  /** The first one: whoever serves for weeks keeps no more. */
  #failure: { readonly cause: unknown } | undefined;

  get size(): number {
    return this.#running.size;
  }

  add(handling: Promise<void>): void {
    const ended = handling
      .catch((cause: unknown) => void (this.#failure ??= { cause }))
      .finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }

  /** Resolves when all have returned; rejects as the first of them did that rejected, now or earlier. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.cause;
  }
}
