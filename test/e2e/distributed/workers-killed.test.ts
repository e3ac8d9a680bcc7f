import { describe, expect, it } from 'vitest';
import { mostLost, runWithKills } from '../../support/killed-workers.ts';

describe.each(['open', 'closed'] as const)('workers killed in a run of an %s loop', (loop) => {
  it('cost what nobody sent or nobody knows the outcome of, and nothing is counted or sent twice', async () => {
    const { report, kills, received, repeated } = await runWithKills({
      loop,
      kills: 2,
      leaseSeconds: 4,
      seed: 11,
    });
    const { scheduled, completed, failed, dropped, lost, cancelled } = report.accounting;
    expect(completed + failed + dropped + lost + cancelled).toBe(scheduled);
    expect({ failed, dropped, repeated }).toEqual({ failed: 0, dropped: 0, repeated: 0 });
    expect(lost).toBeGreaterThan(0);
    const surplus = received - completed - cancelled;
    expect(surplus).toBeGreaterThanOrEqual(0);
    expect(surplus).toBeLessThanOrEqual(lost);
    expect(lost).toBeLessThanOrEqual(mostLost(kills, 2000));
    expect(report.validity.level).not.toBe('valid');
  }, 120_000);
});
