import { systemClock } from '@tokenstorm/transport';
import { describe, expect, it } from 'vitest';
import { missingOf, waitForFleet } from './ready-fleet.ts';

const needs = { regions: ['eu', 'us east'], minWorkers: 2, redisWords: ' --redis redis://h' };

/** A fleet that has these workers, one look after the other; the last for good. */
function fleetOf(...looks: readonly Readonly<Record<string, number>>[]) {
  let look = -1;
  return {
    workers: async () => looks[Math.min((look += 1), looks.length - 1)] ?? {},
    aggregators: async () => 1,
  };
}

describe('what a fleet lacks', () => {
  it('is named with what helps', () => {
    expect(missingOf(needs, { eu: 1 }, 0)).toEqual([
      'region eu has 1 of 2 workers: tokenstorm worker --redis redis://h --region eu',
      "region us east has no worker: tokenstorm worker --redis redis://h --region 'us east'",
      'no aggregator is connected: tokenstorm aggregator --redis redis://h',
    ]);
    expect(missingOf(needs, { eu: 2, 'us east': 5 }, 1)).toEqual([]);
  });
});

describe('waiting for a fleet', () => {
  const wait = { clock: systemClock, timeoutMs: 60_000, signal: new AbortController().signal };

  it('ends as soon as all are there, and tells once of each thing that is missing', async () => {
    const told: string[] = [];
    const fleet = fleetOf({}, {}, { eu: 1 }, { eu: 2 }, { eu: 2, 'us east': 2 });
    await waitForFleet(fleet, needs, { ...wait, onMissing: (missing) => told.push(missing) });
    expect(told.map((missing) => missing.split(':')[0])).toEqual([
      'region eu has no worker',
      'region us east has no worker',
      'region eu has 1 of 2 workers',
    ]);
  });

  it('tells once of each region that has too few workers', async () => {
    const lacking: string[] = [];
    const fleet = fleetOf({}, { eu: 1 }, { eu: 2, 'us east': 1 }, { eu: 2, 'us east': 2 });
    await waitForFleet(fleet, needs, {
      ...wait,
      onMissing: () => {},
      onLacking: async (region) => void lacking.push(region),
    });
    expect(lacking).toEqual(['eu', 'us east']);
    const enough = async (region: string) => expect.unreachable(region);
    const all = fleetOf({ eu: 2, 'us east': 2 });
    await waitForFleet(all, needs, { ...wait, onMissing: () => {}, onLacking: enough });
  });

  it('ends with exit code 97 when nobody comes, and names who is where else', async () => {
    const waiting = waitForFleet(fleetOf({ eu: 2, asia: 1 }), needs, {
      ...wait,
      timeoutMs: 0,
      onMissing: () => {},
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'E_FLEET',
      exitCode: 97,
      message: expect.stringMatching(
        /not ready within 0ms\n {2}- region us east has no worker: tokenstorm worker/,
      ),
      hint: 'There are workers in regions that this run has not: asia.',
    });
  });

  it('ends with the reason of who does not want to wait any longer', async () => {
    const patience = new AbortController();
    const waiting = waitForFleet(fleetOf({}), needs, {
      ...wait,
      signal: patience.signal,
      onMissing: () => patience.abort(new Error('enough')),
    });
    await expect(waiting).rejects.toThrow('enough');
  });
});
