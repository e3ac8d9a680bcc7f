import { describe, expect, it } from 'vitest';
import { commonPlan, warmUp } from './warm-up.ts';

describe('warmUp', () => {
  it('rehearses both kinds of load, without trouble', async () => {
    const { scenario } = commonPlan();
    expect(scenario.workloads.map(({ load }) => load.executor)).toEqual([
      'constant-arrival-rate',
      'shared-iterations',
    ]);
    expect(await warmUp()).toEqual([]);
  });
});
