/** Takes work for another process until it is disposed, a lease at a time. */
export type TakeWork<Lease> = (
  handler: (lease: Lease, signal: AbortSignal) => Promise<void>,
) => Promise<AsyncDisposable>;

/** Has the other process work on a lease, which it knows by number, for one of its own calls of `work`; settles as its handler does. */
export type Lend<Lease> = (
  ids: { readonly work: number; readonly lease: number },
  lease: Lease,
  signal: AbortSignal,
) => Promise<void>;

/** The leases of a queue that one other process works on. */
export class LentLeases<Lease> {
  readonly #take: TakeWork<Lease>;
  readonly #lend: Lend<Lease>;
  readonly #works = new Map<number, AsyncDisposable>();
  readonly #leases = new Map<number, Lease>();
  #lastLease = 0;
  #isAbandoned = false;

  constructor(take: TakeWork<Lease>, lend: Lend<Lease>) {
    this.#take = take;
    this.#lend = lend;
  }

  /** The lease of this number, while the other process works on it. */
  get(lease: number): Lease | undefined {
    return this.#leases.get(lease);
  }

  /** Takes work for the other process; the number is its own. */
  async work(work: number): Promise<void> {
    this.#works.set(work, await this.#take((lease, signal) => this.#lendOne(work, lease, signal)));
    if (this.#isAbandoned) this.abandon();
  }

  async retire(work: number): Promise<void> {
    const taken = this.#works.get(work);
    this.#works.delete(work);
    await taken?.[Symbol.asyncDispose]();
  }

  /** The other process is gone. Disposing hears of what it has not finished first, so that nobody else is given it. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const work of this.#works.keys()) this.retire(work).catch(() => {});
  }

  async #lendOne(work: number, lease: Lease, signal: AbortSignal): Promise<void> {
    this.#lastLease += 1;
    const id = this.#lastLease;
    this.#leases.set(id, lease);
    try {
      await this.#lend({ work, lease: id }, lease, signal);
    } finally {
      this.#leases.delete(id);
    }
  }
}
