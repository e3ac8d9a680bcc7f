import { expect, it } from 'vitest';
import { HealthMeter } from './health.ts';

it('measures the processor over its period, however many shards ask', () => {
  let nowMs = 0;
  const meter = new HealthMeter({ nowMs: () => nowMs, epochMs: () => 0 }, 1000, () => []);
  expect(meter.sample(1).cpuRatio).toBe(0);
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user + process.cpuUsage(before).system < 20_000);
  nowMs = 1000;
  const first = meter.sample(3);
  // At least the 20 ms of processor time that were spent, in what counts as one second.
  expect(first.cpuRatio).toBeGreaterThanOrEqual(0.02);
  expect(first.inFlight).toBe(3);
  expect(first.rssBytes).toBeGreaterThan(1e6);
  nowMs = 1400;
  expect(meter.sample(0).cpuRatio).toBe(first.cpuRatio);
});

it('sums how requests travelled over the clients of this process', () => {
  const stats = { requests: 9, staleReconnects: 1 };
  const meter = new HealthMeter({ nowMs: () => 0, epochMs: () => 0 }, 1000, () => [
    { ...stats, path: 'wire', connectionsOpened: 3, redirects: 2, decodedResponses: 1 },
    { ...stats, path: 'undici-redirect', connectionsOpened: 1, redirects: 0, decodedResponses: 4 },
  ]);
  expect(meter.sample(0).travel).toEqual({
    paths: ['wire', 'undici-redirect'],
    connectionsOpened: 4,
    redirects: 2,
    decodedResponses: 5,
  });
});
