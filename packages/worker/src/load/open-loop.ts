import type { Arrival, Clock } from '@tokenstorm/core';
import type { Pacer } from '../pacing/pacer.ts';
import type { LoadSource } from './load-source.ts';
import type { TargetLoad } from './target-load.ts';

/** What a schedule needs of a target load. */
type PacedLoad = Pick<TargetLoad, 'startMs' | 'isFull' | 'drop' | 'send'>;

/** Sends a request at each arrival of a schedule, whatever became of the ones before; over the cap it is dropped and counted. */
export class OpenLoop implements LoadSource {
  readonly #load: PacedLoad;
  readonly #arrivals: Iterable<Arrival>;
  readonly #pacer: Pacer<Arrival>;
  readonly #clock: Clock;
  #stop: (() => void) | undefined;
  #isStopped = false;

  constructor(load: PacedLoad, arrivals: Iterable<Arrival>, pacer: Pacer<Arrival>, clock: Clock) {
    this.#load = load;
    this.#arrivals = arrivals;
    this.#pacer = pacer;
    this.#clock = clock;
  }

  async run(): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const unschedule = this.#pacer.add({
        startMs: this.#load.startMs,
        entries: this.#arrivals[Symbol.iterator](),
        onDue: (arrival) => this.#arrive(arrival),
        onEnd: resolve,
      });
      this.#stop = () => {
        unschedule();
        resolve();
      };
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#stop?.();
  }

  #arrive(arrival: Arrival): void {
    const intendedStartMs = this.#load.startMs + arrival.offsetMs;
    if (this.#load.isFull) {
      this.#load.drop(intendedStartMs);
      return;
    }
    const handOverMs = this.#clock.nowMs();
    this.#load.send({ arrivalIndex: arrival.index, intendedStartMs, handOverMs, scheduled: true });
  }
}
