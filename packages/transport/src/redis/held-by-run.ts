/** What a process shares of a run with others. */
interface Shared {
  /** Whether it holds nothing and has nothing to tell. */
  readonly isIdle: boolean;
  close(): Promise<void>;
}

/** A worker lives for many runs: beyond so many, those that are idle are forgotten. */
const remembered = 100;

/** One thing for each run, the same for all who ask for it. */
export class HeldByRun<T extends Shared> {
  readonly #made = new Map<string, T>();

  of(runId: string, make: () => T): T {
    const known = this.#made.get(runId);
    if (known !== undefined) return known;
    if (this.#made.size >= remembered) this.#forgetIdle();
    const made = make();
    this.#made.set(runId, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map((made) => made.close()));
  }

  /** Whoever still uses one of them may go on: another one for the same run would be another holder. */
  #forgetIdle(): void {
    for (const [runId, made] of this.#made) if (made.isIdle) this.#made.delete(runId);
  }
}
