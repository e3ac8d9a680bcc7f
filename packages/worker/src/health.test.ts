import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { HealthMeter } from './health.ts';
import { systemClock } from './wire/__fixtures__/exchange.ts';
import { contentStamps } from './stream/content-stamps.ts';

function meterAt(now: { ms: number }) {
  const meter = new HealthMeter({ nowMs: () => now.ms, epochMs: () => 0 }, 1000, () => []);
  onTestFinished(() => meter.stop());
  return meter;
}

function spendProcessorTime(ms: number): void {
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user + process.cpuUsage(before).system < ms * 1000);
}

it('measures the processor over its period, however many shards ask', () => {
  const now = { ms: 0 };
  const meter = meterAt(now);
  meter.start();
  expect(meter.sample(1).cpuRatio).toBe(0);
  spendProcessorTime(20);
  now.ms = 1000;
  const first = meter.sample(3);
  // At least the 20 ms of processor time that were spent, in what counts as one second.
  expect(first.cpuRatio).toBeGreaterThanOrEqual(0.02);
  expect(first.inFlight).toBe(3);
  expect(first.rssBytes).toBeGreaterThan(1e6);
  now.ms = 1400;
  expect(meter.sample(0).cpuRatio).toBe(first.cpuRatio);
});

it('has the processor of a run that is shorter than a period', () => {
  const now = { ms: 0 };
  const meter = meterAt(now);
  meter.start();
  spendProcessorTime(5);
  now.ms = 100;
  expect(meter.sample(0).cpuRatio).toBeGreaterThanOrEqual(0.05);
});

it('leaves out what was before its start, and starts once', () => {
  const now = { ms: 0 };
  const meter = meterAt(now);
  spendProcessorTime(50);
  now.ms = 1000;
  meter.start();
  now.ms = 50_000;
  meter.start();
  now.ms = 101_000;
  expect(meter.sample(0).cpuRatio).toBeLessThan(0.0005);
});

it('gives each stamp to one of the shards that ask', async () => {
  const meter = new HealthMeter(systemClock, 1000, () => []);
  onTestFinished(() => meter.stop());
  contentStamps.note(systemClock.nowMs());
  meter.start();
  for (let stamp = 0; stamp < 5; stamp++) contentStamps.note(systemClock.nowMs());
  await sleep(5);
  const [first, second] = [meter.sample(0), meter.sample(0)];
  expect(first.stampErrorBound?.count).toBe(5);
  expect(second.stampErrorBound).toBeUndefined();
  expect(first.eventLoopDelay?.count).toBeGreaterThan(0);
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
