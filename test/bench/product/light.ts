import type { Measurement } from './bench.ts';
import { runAfterWarmUp, scaled } from './bench.ts';
import { trendErrors } from './trend-error.ts';

/** G3, workload W3: TTFT 100 ms, 5 ms between events, 50 events, 20 requests a second for 15 s after a warm-up of 3 s. */
export const light: Measurement = async (bench) => {
  const seconds = { warmUp: 3, measured: scaled(bench, 15) };
  const { report, truth } = await runAfterWarmUp(bench, bench.simulator, seconds, [
    '--model=sim-w3',
    '--request-rate=20',
  ]);
  const bounds = { mean: 0.15, p99: 0.8 };
  return [
    ...trendErrors('G3', 'W3: TTFT', report.metrics.ttft, truth.ttft, bounds),
    ...trendErrors('G3', 'W3: E2E', report.metrics.e2e, truth.e2e, bounds),
    ...trendErrors('G3', 'W3: gap', report.metrics.icl, truth.itl, {}),
  ];
};
