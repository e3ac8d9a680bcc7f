import type { Arrival, Clock, IterationRange } from '@tokenstorm/core';
import type { Pacer } from '../pacing/pacer.ts';
import type { LoadSource } from './load-source.ts';
import { passOver } from './passed-over.ts';
import type { PhaseCounts, SendRight, TargetLoad } from './target-load.ts';

/** What a schedule needs of a target load. */
type PacedLoad = Pick<TargetLoad, 'startMs' | 'isFull' | 'drop' | 'send' | 'phaseAt'>;

/** What a holder that goes on with a schedule needs to know. */
export interface ScheduleBefore {
  /** Arrivals of the slice that are done. */
  readonly position: number;
  /** An arrival that is overdue by so many ms is not sent any more. */
  readonly mostOverdueMs: number;
  /** No arrival after it was to be sent, monotonic ms. */
  readonly endMs: () => number;
}

export interface OpenLoopParts {
  readonly load: PacedLoad;
  readonly arrivals: Iterable<Arrival>;
  readonly pacer: Pacer<Arrival>;
  readonly clock: Clock;
  readonly right: Pick<SendRight, 'mayStart'>;
  readonly before: ScheduleBefore;
}

/** Sends a request at each arrival of a schedule, whatever became of the ones before; over the cap it is dropped and counted. */
export class OpenLoop implements LoadSource {
  readonly #parts: OpenLoopParts;
  #arrivals: Iterator<Arrival>;
  #unschedule: (() => void) | undefined;
  #onStop: (() => void) | undefined;
  #isStopped = false;
  #isHalted = false;

  constructor(parts: OpenLoopParts) {
    this.#parts = parts;
    this.#arrivals = parts.arrivals[Symbol.iterator]();
  }

  async takeUp(): Promise<PhaseCounts | undefined> {
    const { load, clock, before } = this.#parts;
    const rest = this.#arrivals;
    const passed = await passOver(rest, {
      nowMs: () => clock.nowMs(),
      position: before.position,
      isTooLate: (offsetMs) => this.#isTooLate(load.startMs + offsetMs),
      phaseOf: (offsetMs) => load.phaseAt(load.startMs + offsetMs),
      isStopped: () => this.#isStopped,
    });
    if (passed !== undefined) this.#arrivals = following(passed.next, rest);
    return passed?.counts;
  }

  async run(): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => {
      this.#onStop = resolve;
      this.#unschedule = this.#parts.pacer.add({
        startMs: this.#parts.load.startMs,
        entries: this.#arrivals,
        onDue: (arrival) => this.#arrive(arrival),
        onEnd: () => {
          if (!this.#isHalted) resolve();
        },
      });
      // The first ones may have been due already, and may not have been sent.
      if (this.#isStopped || this.#isHalted) this.#unschedule();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#unschedule?.();
    this.#onStop?.();
  }

  async settled(): Promise<void> {}

  leftover(): readonly IterationRange[] {
    return [];
  }

  #arrive(arrival: Arrival): void {
    const { load, clock, right } = this.#parts;
    if (this.#isHalted || !right.mayStart()) return this.#halt();
    const intendedStartMs = load.startMs + arrival.offsetMs;
    if (load.isFull) {
      load.drop(intendedStartMs);
      return;
    }
    const handOverMs = clock.nowMs();
    load.send({ arrivalIndex: arrival.index, intendedStartMs, handOverMs, scheduled: true });
  }

  /** The rest is for the next holder: the schedule has not ended, and whoever took it away will say so. */
  #halt(): void {
    this.#isHalted = true;
    this.#unschedule?.();
  }

  #isTooLate(dueMs: number): boolean {
    const { clock, before } = this.#parts;
    return dueMs <= Math.min(clock.nowMs() - before.mostOverdueMs, before.endMs());
  }
}

function* following(
  first: Arrival | undefined,
  rest: Iterator<Arrival>,
): Generator<Arrival, void, undefined> {
  if (first === undefined) return;
  yield first;
  for (let step = rest.next(); step.done !== true; step = rest.next()) yield step.value;
}
