import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { largestExcess, usedShare } from '../../support/token-windows.ts';
import type { Received } from '../../support/token-windows.ts';
import { readTruth } from '../../support/truth.ts';
import type { Truth } from '../../support/truth.ts';

const loadMs = 72_000;
const windowsMs = [1000, 10_000, 60_000];
/**
 * Permits are spaced at the clients; on the way a busy machine may hold one request up and the next one less. So much of the
 * rate a window may have on top.
 */
const jitterMs = 100;

/** What two providers allow a minute: 20 requests a second, and 5 requests of 200 tokens each. */
const limits = {
  counted: { perMinute: 1200, bucket: 20, amount: () => 1 },
  weighed: { perMinute: 60_000, bucket: 1000, amount: ({ asked_tokens }: Truth) => asked_tokens },
} as const;

/** Twice what the limit of its provider lets through. Who still waits at the end is cancelled. */
function offered(name: string, rate: number, keys: object = {}) {
  const load = { executor: 'constant-arrival-rate', rate, duration: `${loadMs / 1000}s` };
  return { name, providers: [name], ...load, max_in_flight: 20_000, graceful_stop: '1s', ...keys };
}

it('limits are those of the fleet: never above, and used up, also where a worker is killed', async () => {
  await using simulator = await simulatorProcess();
  const answer = { ttftMs: 20, itlMs: 0, tokens: 100 };
  await simulator.setModels({ counted: answer, weighed: answer });
  await using fleet = await Fleet.start({ workers: { east: 2, west: 2 }, leaseSeconds: 4 });
  const provider = (name: string, own: object) => {
    return { name, type: 'openai-compatible', base_url: simulator.url, models: [name], limits: own };
  };
  const run = await fleet.run({
    name: 'limited',
    regions: { east: '50%', west: '50%' },
    providers: [
      provider('counted', { requests_per_minute: limits.counted.perMinute }),
      provider('weighed', { tokens_per_minute: limits.weighed.perMinute }),
    ],
    // 400 characters: 100 tokens, and 100 that are asked for.
    defaults: { prompt: 'abcdefgh'.repeat(50), max_tokens: 100 },
    workload: { scenarios: [offered('counted', 40), offered('weighed', 10)] },
  });
  await until('the run to be under way', async () => (await simulator.summary()).received > 100);
  await sleep(6000);
  fleet.workers[0]?.signal('SIGKILL');
  const { report } = await run.end();
  const truth = await readTruth(simulator.url);
  // What the killed worker had under way was cut off.
  expect(truth.filter(({ outcome }) => outcome !== 'completed' && outcome !== 'aborted')).toEqual([]);
  for (const [model, { perMinute, bucket, amount }] of Object.entries(limits)) {
    const received: readonly Received[] = truth
      .filter((record) => record.model === model)
      .map((record) => ({ atMs: record.received_at_ms, amount: amount(record) }));
    const allowance = { perMinute, bucket: bucket + (perMinute / 60_000) * jitterMs };
    for (const windowMs of windowsMs)
      expect(largestExcess(received, windowMs, allowance)).toBeLessThanOrEqual(0);
    // The bucket is used up within the first seconds: from then on it is the rate alone.
    expect(usedShare(received, [3000, loadMs], perMinute)).toBeGreaterThanOrEqual(0.97);
  }
  const { accounting, errors, metrics, notes } = report;
  expect(accounting.dropped).toBe(0);
  expect(errors).toEqual({});
  // At the end half of what was offered still waits: the last one to leave was due half the time ago.
  expect(metrics.rate_limit_wait?.max).toBeGreaterThan(loadMs / 3);
  expect(notes.join('\n')).toContain('offer counted up to 2,400 requests a minute, and its limit is 1,200');
}, 180_000);
