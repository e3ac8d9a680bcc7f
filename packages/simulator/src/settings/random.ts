import type { Latency } from './behaviour.ts';

/** A seeded generator of numbers in [0, 1). */
export type Random = () => number;

/**
 * The generator of one request: seed and ordinal alone decide what it draws, so a run's draws do not depend on the order
 * in which its requests overlap. Mulberry32 (T. Ettinger) after two rounds of a 32-bit finaliser.
 */
export function requestRandom(seed: number, ordinal: number): Random {
  let state = finalise(finalise(seed | 0) ^ Math.imul(ordinal, 0x9e3779b1));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function finalise(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** One duration of this law, in ms, at least 0. */
export function drawLatencyMs(latency: Latency, random: Random): number {
  if (typeof latency === 'number') return latency;
  if ('normal' in latency) {
    return Math.max(0, latency.normal.meanMs + latency.normal.stddevMs * standardNormal(random));
  }
  return latency.lognormal.medianMs * Math.exp(latency.lognormal.sigma * standardNormal(random));
}

/** Box and Muller's transform; `1 - u` keeps the logarithm finite. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
