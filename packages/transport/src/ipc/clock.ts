import type { Clock } from '@tokenstorm/core';

/** Readings of which the tightest counts: one of them may be torn apart by the scheduler. */
const readings = 9;

/** A wall clock at one moment of the monotonic clock that all processes of a machine share. */
export interface ClockReading {
  readonly epochMs: number;
  /** `process.hrtime.bigint()`: CLOCK_MONOTONIC. */
  readonly atNs: bigint;
}

/** Reads a clock beside the machine's monotonic one; they belong together to some microseconds. */
export function readClock(clock: Pick<Clock, 'epochMs'>): ClockReading {
  const { value, atNs } = readBeside(() => clock.epochMs());
  return { epochMs: value, atNs };
}

/** This process's monotonic clock with the wall clock of the process that took the reading: they differ by microseconds. */
export function clockOf(reading: ClockReading): Clock {
  const { value: nowMs, atNs } = readBeside(() => performance.now());
  const originEpochMs = reading.epochMs + Number(atNs - reading.atNs) / 1e6 - nowMs;
  return { nowMs: () => performance.now(), epochMs: () => originEpochMs + performance.now() };
}

function readBeside(read: () => number): { readonly value: number; readonly atNs: bigint } {
  let best = { value: NaN, atNs: 0n, widthNs: Infinity };
  for (let count = 0; count < readings; count += 1) {
    const beforeNs = process.hrtime.bigint();
    const value = read();
    const widthNs = Number(process.hrtime.bigint() - beforeNs);
    if (widthNs < best.widthNs) best = { value, atNs: beforeNs + BigInt(widthNs >> 1), widthNs };
  }
  return best;
}
