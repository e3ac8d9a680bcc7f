import { describe, expect, it } from 'vitest';
import { processCount } from './process-count.ts';
import { scenarioOf, workloadsOf } from './scenario.fixture.ts';

const open = (maxInFlight: number) =>
  workloadsOf({ executor: 'constant-arrival-rate', rate: 5, duration: '10s', max_in_flight: maxInFlight });
const users = workloadsOf({ executor: 'constant-vus', vus: 2, duration: '10s' });

describe('processCount', () => {
  it('is one unless it is asked for, and one for each core with auto', () => {
    const scenario = scenarioOf(users);
    expect(processCount(undefined, scenario, 8)).toEqual({ processes: 1, notes: [] });
    expect(processCount(3, scenario, 2)).toEqual({ processes: 3, notes: [] });
    expect(processCount('auto', scenario, 8)).toEqual({ processes: 8, notes: [] });
    expect(processCount('auto', scenario, 0)).toEqual({ processes: 1, notes: [] });
  });

  it('is no more than the smallest cap has places, which is said where another number was asked for', () => {
    const capped = { ...users, execution: { max_concurrency: 4 } };
    expect(processCount('auto', scenarioOf(open(3)), 8)).toEqual({ processes: 3, notes: [] });
    expect(processCount(4, scenarioOf(capped))).toEqual({ processes: 4, notes: [] });
    expect(processCount(5, scenarioOf(capped))).toMatchObject({
      processes: 4,
      notes: [expect.stringMatching(/^Of 5 processes 4 sent/)],
    });
    expect(processCount(5, scenarioOf(open(2))).processes).toBe(2);
  });
});
