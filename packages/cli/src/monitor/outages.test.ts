import { describe, expect, it } from 'vitest';
import { callAt, failedCallAt } from './call-sample.fixture.ts';
import { Outages } from './outages.ts';

describe('Outages', () => {
  it('are told once when they begin, with the second failed call, and once when they end', () => {
    const outages = new Outages();
    const calls = [
      callAt(0),
      failedCallAt(1000),
      failedCallAt(2000),
      failedCallAt(3000),
      callAt(4000),
      callAt(5000),
    ];
    const changes = calls.map((call) => outages.observe(call));
    expect(changes.map((change) => change?.kind)).toEqual([
      undefined,
      undefined,
      'began',
      undefined,
      'ended',
      undefined,
    ]);
    expect(changes[2]).toMatchObject({ target: 'own/m', sinceMs: 1000, atMs: 2000, failed: 2 });
    expect(changes[4]).toMatchObject({ target: 'own/m', sinceMs: 1000, atMs: 4000, failed: 3 });
    expect(outages.isOut('own/m')).toBe(false);
  });

  it('are not single failures, cancelled calls, or those of several targets', () => {
    const outages = new Outages();
    const calls = [
      failedCallAt(0),
      callAt(1),
      failedCallAt(2),
      failedCallAt(3, { outcome: 'cancelled', error: null }),
      failedCallAt(4, { target: 'other/m' }),
    ];
    expect(calls.map((call) => outages.observe(call))).toEqual(calls.map(() => undefined));
    expect(outages.observe(failedCallAt(5))?.kind).toBe('began');
    expect(outages.isOut('own/m')).toBe(true);
    expect(outages.isOut('other/m')).toBe(false);
  });
});
