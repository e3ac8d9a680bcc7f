/** What one watcher sees of the time stamps, and how it is woken. */
export interface StampWatch {
  /** Stamps since the process began. */
  readonly count: number;
  /** Calls `wake` at the first stamp from `dueMs` on, instead of what this watcher asked for before. Infinity: never. */
  wakeAt(dueMs: number, wake: () => void): void;
}

interface Alarm {
  dueMs: number;
  wake: () => void;
}

/** Counts the time stamps that content gets, and wakes those who wait for the next one. */
export class ContentStamps {
  readonly #alarms = new Set<Alarm>();
  #count = 0;
  /** The earliest of the alarms. */
  #dueMs = Infinity;

  get count(): number {
    return this.#count;
  }

  /** One content event, stamped `atMs`; called at once, in the poll batch of the read that brought it. */
  note(atMs: number): void {
    this.#count++;
    if (atMs >= this.#dueMs) this.#wakeUp(atMs);
  }

  watch(): StampWatch {
    const alarm: Alarm = { dueMs: Infinity, wake: () => {} };
    const count = () => this.#count;
    return {
      get count() {
        return count();
      },
      wakeAt: (dueMs, wake) => this.#set(Object.assign(alarm, { dueMs, wake })),
    };
  }

  #set(alarm: Alarm): void {
    if (alarm.dueMs === Infinity) this.#alarms.delete(alarm);
    else this.#alarms.add(alarm);
    this.#dueMs = this.#earliest();
  }

  #wakeUp(atMs: number): void {
    const due = [...this.#alarms].filter(({ dueMs }) => atMs >= dueMs);
    for (const alarm of due) this.#alarms.delete(alarm);
    this.#dueMs = this.#earliest();
    for (const { wake } of due) wake();
  }

  #earliest(): number {
    let dueMs = Infinity;
    for (const alarm of this.#alarms) dueMs = Math.min(dueMs, alarm.dueMs);
    return dueMs;
  }
}

/** Those of this process: it has one event loop, whatever the number of clients and of runs. */
export const contentStamps = new ContentStamps();
