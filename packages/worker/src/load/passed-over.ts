import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Arrival, Phase } from '@tokenstorm/core';
import type { PhaseCounts } from './target-load.ts';

/** Others share the event loop: nothing may hold it up for longer at a time. */
const turnMs = 2;

export interface PassingOver {
  readonly nowMs: () => number;
  /** Arrivals of the slice that the holders before have done. */
  readonly position: number;
  /** Those of them that need not be passed over: the arrivals begin after them. */
  readonly skipped: PhaseCounts;
  /** Whether an arrival with this offset is too late to be sent; those before it are too. */
  readonly isTooLate: (offsetMs: number) => boolean;
  readonly phaseOf: (offsetMs: number) => Phase;
  /** Asked now and then: true gives it up. */
  readonly isStopped: () => boolean;
}

export interface PassedOver {
  readonly counts: PhaseCounts;
  /** The first arrival that was not passed over; undefined where none is left. */
  readonly next: Arrival | undefined;
}

/** One at a time in this process: shards are taken over by the dozen, and each would have its turn of the one event loop. */
let lastInLine: Promise<unknown> = Promise.resolve();

/** Takes arrivals away from the front: those that were done before, and those that are too late. `undefined` where it was stopped. */
export function passOver(arrivals: Iterator<Arrival>, passing: PassingOver): Promise<PassedOver | undefined> {
  const passed = lastInLine.then(() => (passing.isStopped() ? undefined : passAll(arrivals, passing)));
  lastInLine = passed.catch(() => {});
  return passed;
}

async function passAll(
  arrivals: Iterator<Arrival>,
  { nowMs, position, skipped, isTooLate, phaseOf, isStopped }: PassingOver,
): Promise<PassedOver | undefined> {
  const counts = { ...skipped };
  let turnEndsMs = nowMs() + turnMs;
  for (let passed = skipped.warmup + skipped.main; ; passed += 1) {
    const step = arrivals.next();
    if (step.done === true) return { counts, next: undefined };
    if (passed >= position && !isTooLate(step.value.offsetMs)) return { counts, next: step.value };
    counts[phaseOf(step.value.offsetMs)] += 1;
    if (nowMs() < turnEndsMs) continue;
    await nextTurn();
    if (isStopped()) return undefined;
    turnEndsMs = nowMs() + turnMs;
  }
}
