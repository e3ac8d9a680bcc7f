import { mergeBenchmarks } from '../benchmark/merge-benchmarks.ts';
import { runBenchmark } from '../benchmark/run-benchmark.ts';
import type { BenchmarkOptions } from '../flags/read-benchmark-options.ts';

/** `tokenstorm benchmark`: ten prompts of growing length, or the files of several such runs put together. Returns the exit code. */
export async function benchmarkCommand(options: BenchmarkOptions): Promise<number> {
  return options.kind === 'merge' ? mergeBenchmarks(options) : runBenchmark(options);
}
