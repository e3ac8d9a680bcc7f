const maxCached = 10_000;

/** Things made once and kept, as long as they are not too many. */
export class BoundedCache<T> {
  readonly #kept = new Map<string, T>();

  /** What was made under this key before, or makes it. */
  get(key: string, make: () => T): T {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.#kept.size >= maxCached) this.#kept.clear();
    this.#kept.set(key, made);
    return made;
  }
}
