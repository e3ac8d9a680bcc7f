/**
 * Time and memory for 1,000,000 arrivals of each law, and for one of 64 slices of them.
 * Run: node --expose-gc --conditions=source test/bench/arrivals.bench.ts
 */
import { arrivals, sliceArrivals } from '@tokenstorm/core';
import type { Arrival, ArrivalLaw, ArrivalStream } from '@tokenstorm/core';

const total = 1_000_000;
const laws: Record<string, ArrivalLaw> = {
  constant: 'constant',
  poisson: 'poisson',
  'gamma 0.5': { gamma: { burstiness: 0.5 } },
  'gamma 4': { gamma: { burstiness: 4 } },
};

function schedule(law: ArrivalLaw): ArrivalStream {
  const load = {
    executor: 'constant-arrival-rate',
    ratePerSecond: 1000,
    durationMs: total,
    maxInFlight: 1,
  } as const;
  return arrivals({ ...load, arrivals: law }, { seed: 'bench', share: 1, phase: 0 });
}

/** Iterates once; the live heap is compared at one tenth and at nine tenths of the way. */
function measure(source: Iterable<Arrival>): { elapsedMs: number; heapGrowthBytes: number } {
  const heap: number[] = [];
  const startMs = performance.now();
  let sampledMs = 0;
  for (const { index } of source) {
    if (index !== total / 10 && index !== total * 0.9) continue;
    const sampleStartMs = performance.now();
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed);
    sampledMs += performance.now() - sampleStartMs;
  }
  const [before = NaN, after = NaN] = heap;
  return { elapsedMs: performance.now() - startMs - sampledMs, heapGrowthBytes: after - before };
}

/** The fastest of five rounds, so that other work on the machine counts little. */
function fastest(source: Iterable<Arrival>): { elapsedMs: number; heapGrowthBytes: number } {
  const rounds = Array.from({ length: 5 }, () => measure(source));
  return rounds.reduce((best, round) => (round.elapsedMs < best.elapsedMs ? round : best));
}

for (const [name, law] of Object.entries(laws)) {
  const { elapsedMs, heapGrowthBytes } = fastest(schedule(law));
  const perSecond = Math.round(total / (elapsedMs / 1000)).toLocaleString('en');
  const slice = Array.from({ length: 5 }, () => measure(sliceArrivals(schedule(law), 1, 64)).elapsedMs);
  console.log(
    `${name.padEnd(10)} ${elapsedMs.toFixed(0)} ms (${perSecond} arrivals/s, heap ${(heapGrowthBytes / 1024).toFixed(1)} KiB), slice 1/64: ${Math.min(...slice).toFixed(0)} ms`,
  );
}
