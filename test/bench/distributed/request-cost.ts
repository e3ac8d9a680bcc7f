import type { Bench } from '../product/bench.ts';
import { marginalCpuMsPerRequest, pairOfRuns } from '../product/marginal-cost.ts';
import type { Figure } from '../product/figure.ts';
import { benchFleet, cpuMs } from './bench-fleet.ts';

const counts = [10_000, 60_000] as const;
const flags = ['--model', 'sim-burst', '--concurrency', '32'];

/** G7: what one more request costs a worker of a fleet, beside a process that does everything. */
export async function requestCost(bench: Bench): Promise<Figure[]> {
  const embedded = marginalCpuMsPerRequest(await pairOfRuns(bench, flags, counts));
  const { worker, aggregator } = await distributed();
  return [
    { goal: 'G7', name: 'W1: CPU of one more request, embedded', unit: 'ms', value: embedded },
    { goal: 'G7', name: 'W1: the same, worker over Redis', unit: 'ms', value: worker },
    {
      goal: 'G7',
      name: 'W1: worker over Redis / embedded',
      unit: '',
      value: worker / embedded,
      atMost: 1.05,
    },
    { goal: 'G7', name: 'W1: the same, aggregator', unit: 'ms', value: aggregator },
  ];
}

async function distributed(): Promise<{ readonly worker: number; readonly aggregator: number }> {
  await using fleet = await benchFleet('worker');
  const costs: { readonly worker: number; readonly aggregator: number }[] = [];
  const run = (count: number) =>
    fleet.run(['--url', fleet.simulator.url, ...flags, '--request-count', String(count)]);
  // The first run of a process also compiles what it runs.
  await run(counts[0]);
  for (const count of counts) {
    const before = { worker: cpuMs(fleet.worker.pid), aggregator: cpuMs(fleet.aggregator.pid) };
    const { accounting } = await run(count);
    if (accounting.completed !== count)
      throw new Error(`Completed ${accounting.completed} of ${count} requests.`);
    costs.push({
      worker: cpuMs(fleet.worker.pid) - before.worker,
      aggregator: cpuMs(fleet.aggregator.pid) - before.aggregator,
    });
  }
  const further = (part: 'worker' | 'aggregator') =>
    ((costs[1]?.[part] ?? NaN) - (costs[0]?.[part] ?? NaN)) / (counts[1] - counts[0]);
  return { worker: further('worker'), aggregator: further('aggregator') };
}
