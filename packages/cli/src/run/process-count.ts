import { availableParallelism } from 'node:os';
import { isOpenLoop } from '@tokenstorm/core';
import type { Scenario } from '@tokenstorm/core';

/** How many processes send, with a note where it is fewer than were asked for. */
export interface ProcessCount {
  readonly processes: number;
  readonly notes: readonly string[];
}

/** `auto` is one for each core that this process may use. A cap is shared out in whole places: no more processes than it has. */
export function processCount(
  asked: number | 'auto' = 1,
  { workloads, execution }: Pick<Scenario, 'workloads' | 'execution'>,
  cores: number = availableParallelism(),
): ProcessCount {
  const wanted = asked === 'auto' ? Math.max(1, cores) : asked;
  const caps = workloads.flatMap(({ load }) => (isOpenLoop(load) ? [load.maxInFlight] : []));
  const processes = Math.min(wanted, execution.maxConcurrency ?? Infinity, ...caps);
  if (processes === wanted || asked === 'auto') return { processes, notes: [] };
  return {
    processes,
    notes: [
      `Of ${wanted} processes ${processes} sent: max_in_flight or max_concurrency is ${processes}, and each process needs a place of it.`,
    ],
  };
}
