import { afterEach, describe, expect, it } from 'vitest';
import { threadAlarm } from './alarm.ts';
import type { Alarm } from './alarm.ts';

const clock = { nowMs: () => performance.now(), epochMs: () => Date.now() };
const alarms: Alarm[] = [];

function newAlarm(): { alarm: Alarm; nextRing: () => Promise<number> } {
  const alarm = threadAlarm(clock);
  alarms.push(alarm);
  let heard: (atMs: number) => void = () => {};
  alarm.onRing(() => heard(clock.nowMs()));
  return { alarm, nextRing: () => new Promise((resolve) => (heard = resolve)) };
}

afterEach(async () => {
  await Promise.all(alarms.splice(0).map((alarm) => alarm.close()));
});

describe('threadAlarm', () => {
  it('says when it is ready, whether anything was set or not', async () => {
    const { alarm } = newAlarm();
    await expect(alarm.ready).resolves.toBeUndefined();
  });

  it('never rings early', async () => {
    const { alarm, nextRing } = newAlarm();
    for (let round = 0; round < 50; round += 1) {
      const dueMs = clock.nowMs() + (round % 10) * 0.7;
      const ring = nextRing();
      alarm.set(dueMs);
      expect(await ring).toBeGreaterThanOrEqual(dueMs);
    }
  });

  it('rings at the time that was set last', async () => {
    const { alarm, nextRing } = newAlarm();
    const ring = nextRing();
    alarm.set(clock.nowMs() + 600_000);
    const dueMs = clock.nowMs() + 30;
    alarm.set(dueMs);
    expect(await ring).toBeGreaterThanOrEqual(dueMs);
  });

  it('rings for a time in the past', async () => {
    const { alarm, nextRing } = newAlarm();
    const ring = nextRing();
    alarm.set(clock.nowMs() - 1000);
    await ring;
  });

  it('stays quiet once it is turned off', async () => {
    const { alarm, nextRing } = newAlarm();
    let rang = false;
    void nextRing().then(() => (rang = true));
    alarm.set(clock.nowMs() + 100);
    alarm.set(undefined);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(rang).toBe(false);
  });
});
