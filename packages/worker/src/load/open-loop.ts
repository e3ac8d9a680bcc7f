import type { Arrival, Clock, IterationRange, Phase, StreamState } from '@tokenstorm/core';
import type { Pacer } from '../pacing/pacer.ts';
import type { LoadSource } from './load-source.ts';
import { passOver } from './passed-over.ts';
import type { PhaseCounts, SendRight, TargetLoad } from './target-load.ts';

/** What a schedule needs of a target load. */
type PacedLoad = Pick<TargetLoad, 'startMs' | 'isFull' | 'drop' | 'send' | 'phaseAt' | 'cancelUnsent'>;

/** What a holder that goes on with a schedule needs to know. */
export interface ScheduleBefore {
  /** Arrivals of the slice that are done. */
  readonly position: number;
  /** Those of them that the schedule begins after. */
  readonly skipped: PhaseCounts;
  /** An arrival that is overdue by so many ms is not sent any more. */
  readonly mostOverdueMs: number;
  /** No arrival after it was to be sent, monotonic ms. */
  readonly endMs: () => number;
}

/** A slice of a stream of arrivals; positions are numbers of arrivals of the slice. */
export interface SlicedSchedule extends Iterable<Arrival> {
  stateAt(position: number): StreamState | undefined;
  /** Those after so many, apart from the others; undefined where they are not known any more. */
  from(position: number): Iterable<Arrival> | undefined;
}

export interface OpenLoopParts {
  readonly load: PacedLoad;
  readonly arrivals: SlicedSchedule;
  readonly pacer: Pacer<Arrival>;
  readonly clock: Clock;
  readonly right: Pick<SendRight, 'mayStart' | 'maySend'>;
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
  #isHandedOver = false;
  /** Arrivals that are done. */
  #position = 0;
  /** By phase; since the schedule was handed over. */
  #ahead: Record<Phase, number> = { warmup: 0, main: 0 };
  readonly #ledOut = Promise.withResolvers<void>();

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
      skipped: before.skipped,
      isTooLate: (offsetMs) => this.#isTooLate(load.startMs + offsetMs),
      phaseOf: (offsetMs) => load.phaseAt(load.startMs + offsetMs),
      isStopped: () => this.#isStopped,
    });
    if (passed === undefined) return undefined;
    this.#arrivals = following(passed.next, rest);
    this.#position = passed.counts.warmup + passed.counts.main;
    return passed.counts;
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
    this.#parts.load.cancelUnsent(this.#ahead);
    this.#ahead = { warmup: 0, main: 0 };
    this.#onStop?.();
    this.#ledOut.resolve();
  }

  handOver(leadMs: number): Promise<void> {
    const { load, clock, arrivals } = this.#parts;
    const rest =
      this.#isStopped || this.#isHalted || leadMs <= 0 ? [] : (arrivals.from(this.#position) ?? []);
    this.#isHandedOver = true;
    this.#ahead = { warmup: 0, main: 0 };
    for (const { offsetMs } of rest) {
      const dueMs = load.startMs + offsetMs;
      if (dueMs > clock.nowMs() + leadMs) break;
      this.#ahead[load.phaseAt(dueMs)] += 1;
    }
    if (this.#isLedOut) this.stop();
    return this.#ledOut.promise;
  }

  get ahead(): PhaseCounts {
    return this.#ahead;
  }

  async settled(): Promise<void> {}

  leftover(): readonly IterationRange[] {
    return [];
  }

  stateAt(position: number): StreamState | undefined {
    return this.#parts.arrivals.stateAt(position);
  }

  #arrive(arrival: Arrival): void {
    const { load, clock } = this.#parts;
    if (this.#isHalted || !this.#mayStart()) return this.#halt();
    const intendedStartMs = load.startMs + arrival.offsetMs;
    this.#position += 1;
    if (this.#isHandedOver) this.#ahead[load.phaseAt(intendedStartMs)] -= 1;
    const handOverMs = clock.nowMs();
    if (load.isFull) load.drop(intendedStartMs);
    else load.send({ arrivalIndex: arrival.index, intendedStartMs, handOverMs, scheduled: true });
    if (this.#isHandedOver && this.#isLedOut) this.stop();
  }

  get #isLedOut(): boolean {
    return this.#ahead.warmup + this.#ahead.main === 0;
  }

  /** What is due until others go on is nobody else's. */
  #mayStart(): boolean {
    const { right } = this.#parts;
    return this.#isHandedOver ? right.maySend() : right.mayStart();
  }

  /** The rest is for the next holder: the schedule has not ended, and whoever took it away will say so. Unless it was handed over. */
  #halt(): void {
    this.#isHalted = true;
    this.#unschedule?.();
    if (!this.#isHandedOver) return;
    this.#ahead = { warmup: 0, main: 0 };
    this.stop();
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
