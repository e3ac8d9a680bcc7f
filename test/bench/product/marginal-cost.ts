import type { Bench } from './bench.ts';
import { run, scaled } from './bench.ts';
import type { ProductRun } from './product-run.ts';

/** Two runs that differ in length only. */
export interface Pair {
  readonly short: ProductRun;
  readonly long: ProductRun;
}

/** Runs the same flags with two request counts. */
export async function pairOfRuns(
  bench: Bench,
  flags: readonly string[],
  counts: readonly [short: number, long: number],
): Promise<Pair> {
  const [short, long] = counts.map((count) => [...flags, '--request-count', String(scaled(bench, count))]);
  return { short: await run(bench, short ?? []), long: await run(bench, long ?? []) };
}

/** CPU ms for each further one of what is counted: start-up and report cancel out. */
export function marginalCpuMs({ short, long }: Pair, count: (run: ProductRun) => number): number {
  return (long.cost.cpuMs - short.cost.cpuMs) / (count(long) - count(short));
}

/** Of the server's own count. */
export function marginalCpuMsPerRequest(pair: Pair): number {
  return marginalCpuMs(pair, ({ truth }) => truth.outcomes.completed);
}

/** Of the content events that the server wrote. */
export function marginalCpuUsPerEvent(pair: Pair): number {
  return 1000 * marginalCpuMs(pair, ({ truth }) => truth.content_events);
}
