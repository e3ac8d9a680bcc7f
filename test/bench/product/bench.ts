import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatorProcess } from '../../support/simulator.ts';
import type { Figure } from './figure.ts';
import type { ProductEntry } from './product-command.ts';
import { runProduct } from './product-run.ts';
import type { ProductRun } from './product-run.ts';
import type { ProcessOptions } from './measured-process.ts';

/** What a part of the benchmark measures with. */
export interface Bench {
  readonly entry: ProductEntry;
  /** Shrinks counts and seconds for a trial; 1 for figures that count. */
  readonly scale: number;
  /** Measures what takes minutes as well. */
  readonly long: boolean;
  /** Totals only. */
  readonly simulator: SimulatorProcess;
  /** A record for each request. */
  readonly recordingSimulator: SimulatorProcess;
  readonly tlsSimulator: SimulatorProcess;
}

/** A part of the benchmark: the figures of one goal, one round of them. */
export type Measurement = (bench: Bench) => Promise<Figure[]>;

/** Runs the product on the bench's usual simulator. */
export function run(bench: Bench, flags: readonly string[], options?: ProcessOptions): Promise<ProductRun> {
  return runProduct(bench.entry, bench.simulator, flags, options);
}

/** A count made smaller by the scale, as a flag's value; at least 1. */
export function scaled(bench: Bench, count: number): number {
  return Math.max(1, Math.round(count * bench.scale));
}

/**
 * Runs the product with a warm-up that both sides leave out: the report by its flag, the truth log by a reset so long
 * after the first request. The reset is some 20 ms off.
 */
export async function runAfterWarmUp(
  bench: Bench,
  simulator: SimulatorProcess,
  seconds: { readonly warmUp: number; readonly measured: number },
  flags: readonly string[],
): Promise<ProductRun> {
  const { warmUp, measured } = seconds;
  const times = [`--warmup-duration=${warmUp}s`, `--duration=${warmUp + measured}s`];
  const running = runProduct(bench.entry, simulator, [...flags, ...times], { sampleMs: 3_000 });
  const [result] = await Promise.all([running, forgetWarmUp(simulator, warmUp * 1000)]);
  return result;
}

async function forgetWarmUp(simulator: SimulatorProcess, afterMs: number): Promise<void> {
  // The product's own reset, before it starts, comes first.
  await sleep(300);
  while ((await simulator.summary()).received === 0) await sleep(20);
  await sleep(afterMs);
  await simulator.reset();
}
