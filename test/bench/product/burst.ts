import type { Measurement } from './bench.ts';
import { marginalCpuMsPerRequest, pairOfRuns } from './marginal-cost.ts';

/** G1, workload W1: 32 users, each answer 50 events in one write. The client's own cost and nothing else. */
export const burst: Measurement = async (bench) => {
  const pair = await pairOfRuns(bench, ['--model', 'sim-burst', '--concurrency', '32'], [10_000, 60_000]);
  const { report } = pair.long;
  return [
    {
      goal: 'G1',
      name: 'W1: CPU of one more request of 50 events',
      unit: 'ms',
      value: marginalCpuMsPerRequest(pair),
      atMost: 0.06,
    },
    {
      goal: 'G1',
      name: 'W1: requests completed per second, 32 users',
      unit: '1/s',
      value: report.throughput.requests_per_second ?? Number.NaN,
    },
    {
      goal: 'G1',
      name: 'W1: failed, dropped or lost requests',
      unit: '',
      value: report.accounting.scheduled - report.accounting.completed,
      atMost: 0,
    },
  ];
};
