/**
 * Time and memory for 1,000,000 arrivals of each law, and for one of 64 slices of them; then how long a worker takes to go on with
 * half of a region's 64 slices, half an hour into 1,000 arrivals/s: each from the first arrival, as
 * without a state, and from the states of their checkpoints.
 * Run: node --expose-gc --conditions=source test/bench/arrivals.bench.ts
 */
import { SliceArrivals, arrivals, sliceArrivals } from '@tokenstorm/core';
import type { Arrival, ArrivalLaw, ArrivalStream } from '@tokenstorm/core';

const total = 1_000_000;
const laws: Record<string, ArrivalLaw> = {
  constant: 'constant',
  poisson: 'poisson',
  'gamma 0.5': { gamma: { burstiness: 0.5 } },
  'gamma 4': { gamma: { burstiness: 4 } },
};

function schedule(law: ArrivalLaw, durationMs = total): ArrivalStream {
  const load = {
    executor: 'constant-arrival-rate',
    ratePerSecond: 1000,
    durationMs,
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

const halfHour = 1_800_000;
const slices = Array.from({ length: 32 }, (_, slice) => 2 * slice);

/** A slice of a stream that another process began, moved on to the next arrival after half an hour. */
function goOn(stream: ArrivalStream, slice: number): SliceArrivals {
  const rest = sliceArrivals(stream, slice, 64);
  for (let taken = 0; taken < halfHour / 64; taken += 1) rest.next();
  return rest;
}

function timed(work: () => void): string {
  const startMs = performance.now();
  work();
  return `${(performance.now() - startMs).toFixed(2)} ms`;
}

for (const [name, law] of Object.entries(laws)) {
  const stream = () => schedule(law, 2 * halfHour);
  const position = Math.floor(halfHour / 64);
  const states = slices.map((slice) => goOn(stream(), slice).stateAt(position)!);
  const each = timed(() => slices.forEach((slice) => goOn(stream(), slice)));
  const resumed = timed(() => {
    const shared = stream();
    slices.forEach((slice, which) => {
      new SliceArrivals(shared, slice, 64, { position, state: states[which]! }).next();
    });
  });
  console.log(
    `${name.padEnd(10)} 32 slices after 1,800,000: from the first ${each}, from a state ${resumed}`,
  );
}
