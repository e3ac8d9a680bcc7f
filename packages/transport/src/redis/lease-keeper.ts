/** Something that must be renewed now and then. */
export interface Renewable {
  /** Monotonic ms at which it was asked to be renewed last. */
  readonly renewedAtMs: number;
  /** Resolves to false where there is nothing to renew any more. Never rejects. */
  renew(): Promise<boolean>;
}

/** Renews leases that their commits have not renewed for a fifth of a lease: while it warms up, or where intervals are long. */
export class LeaseKeeper {
  readonly #nowMs: () => number;
  readonly #renewAfterMs: number;
  readonly #renewables = new Set<Renewable>();
  readonly #busy = new Set<Renewable>();
  readonly #timer: NodeJS.Timeout;

  constructor(leaseMs: number, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#renewAfterMs = leaseMs / 5;
    this.#timer = setInterval(() => this.#renewDue(), leaseMs / 20);
    this.#timer.unref();
  }

  add(renewable: Renewable): void {
    this.#renewables.add(renewable);
  }

  delete(renewable: Renewable): void {
    this.#renewables.delete(renewable);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#renewables.clear();
  }

  #renewDue(): void {
    const nowMs = this.#nowMs();
    for (const renewable of this.#renewables) {
      if (nowMs - renewable.renewedAtMs < this.#renewAfterMs || this.#busy.has(renewable)) continue;
      this.#busy.add(renewable);
      void this.#renew(renewable);
    }
  }

  async #renew(renewable: Renewable): Promise<void> {
    const goesOn = await renewable.renew();
    this.#busy.delete(renewable);
    if (!goesOn) this.#renewables.delete(renewable);
  }
}
