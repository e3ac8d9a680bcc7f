import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady, users } from '../../support/fleet-scenario.ts';
import { monotonicMs } from '../../support/monotonic.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

const kept = { config: ['--appendonly', 'yes', '--appendfsync', 'always'] };
const seconds = 30;
const leaseMs = 10_000;

describe.each([3, 15])('Redis restarted with its append-only file after %d s', (awaySeconds) => {
  it('costs what could not be sent meanwhile, and nothing is counted twice', async () => {
    await using simulator = await simulatorProcess();
    const answer = { ttftMs: 100, itlMs: 10, tokens: 5 };
    await simulator.setModels({ open: answer, closed: answer });
    await using fleet = await Fleet.start({ workers: { east: 1, west: 1 }, redis: kept });
    const workloads = { open: steady(40, seconds), closed: users(4, seconds) };
    const run = await fleet.run(fleetScenario(simulator.url, workloads));
    await until('the run to be under way', async () => (await simulator.summary()).received > 200);
    await fleet.redis.kill();
    const awayFromMs = monotonicMs();
    await sleep(awaySeconds * 1000);
    await fleet.redis.start();
    const backAtMs = monotonicMs();
    const { report } = await run.end();
    const truth = await readTruth(simulator.url);
    const { scheduled, completed, failed, dropped, lost, cancelled } = report.accounting;
    expect(completed + failed + dropped + lost + cancelled).toBe(scheduled);
    const open = report.groups.filter(({ labels }) => labels.scenario === 'open');
    expect(open.reduce((sum, group) => sum + group.accounting.scheduled, 0)).toBe(40 * seconds);
    const received = truth.map(({ body_hash }) => body_hash);
    expect(new Set(received).size).toBe(received.length);
    // What was sent was counted as sent, or as lost.
    expect(received.length - (completed + failed + cancelled)).toBeLessThanOrEqual(lost);
    expect(received.length - (completed + failed + cancelled)).toBeGreaterThanOrEqual(0);
    if (awaySeconds * 1000 < leaseMs - 2000) {
      expect(lost).toBe(0);
    } else {
      // Without a lease nobody sends; soon after Redis is back everybody does again.
      const silentFromMs = awayFromMs + leaseMs;
      expect(truth.filter(({ received_at_ms: atMs }) => atMs > silentFromMs && atMs < backAtMs)).toEqual([]);
      expect(truth.some(({ received_at_ms: atMs }) => atMs > backAtMs && atMs < backAtMs + 5000)).toBe(true);
      expect(lost).toBeLessThanOrEqual((awaySeconds + 5) * 40 + received.length * 0.05);
      expect(report.validity.level).not.toBe('valid');
    }
  }, 150_000);
});
