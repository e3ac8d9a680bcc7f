import { describe, expect, it } from 'vitest';
import type { Alarm } from './alarm.ts';
import { Pacer } from './pacer.ts';

/** A clock that a test moves, with an alarm that rings when the clock passes its time. */
function testTime() {
  let nowMs = 0;
  let dueMs: number | undefined;
  let ring: () => void = () => {};
  const alarm: Alarm = {
    ready: Promise.resolve(),
    set: (atMs) => void (dueMs = atMs),
    onRing: (listener) => void (ring = listener),
    close: async () => {},
  };
  const advanceTo = (toMs: number) => {
    while (dueMs !== undefined && dueMs <= toMs) {
      nowMs = Math.max(nowMs, dueMs);
      dueMs = undefined;
      ring();
    }
    nowMs = toMs;
  };
  const jumpTo = (toMs: number) => {
    nowMs = toMs;
    if (dueMs !== undefined && dueMs <= toMs) ring();
  };
  /** Moves the clock, and rings whatever the time set was. */
  const ringAt = (toMs: number, rings = true) => {
    nowMs = toMs;
    if (rings) ring();
  };
  const clock = { nowMs: () => nowMs, epochMs: () => nowMs };
  return {
    ringAt,
    pacer: new Pacer<{ offsetMs: number }>(clock, alarm),
    advanceTo,
    jumpTo,
    clock,
    isSet: () => dueMs,
  };
}

function offsets(...offsetsMs: number[]): Iterator<{ offsetMs: number }> {
  return offsetsMs.map((offsetMs) => ({ offsetMs }))[Symbol.iterator]();
}

describe('Pacer', () => {
  it('hands each entry over at its moment, then ends', () => {
    const { pacer, advanceTo, clock } = testTime();
    const heard: string[] = [];
    pacer.add({
      startMs: 100,
      entries: offsets(0, 5, 25),
      onDue: ({ offsetMs }) => heard.push(`${offsetMs} at ${clock.nowMs()}`),
      onEnd: () => heard.push('end'),
    });
    advanceTo(99);
    expect(heard).toEqual([]);
    advanceTo(110);
    expect(heard).toEqual(['0 at 100', '5 at 105']);
    advanceTo(200);
    expect(heard).toEqual(['0 at 100', '5 at 105', '25 at 125', 'end']);
  });

  it('leaves nothing out when the process was held up: the late entries come at once', () => {
    const { pacer, jumpTo } = testTime();
    const heard: number[] = [];
    const startMs = 0;
    pacer.add({
      startMs,
      entries: offsets(10, 20, 30, 9000),
      onDue: (entry) => heard.push(entry.offsetMs),
      onEnd: () => {},
    });
    jumpTo(5000);
    expect(heard).toEqual([10, 20, 30]);
  });

  it('keeps several schedules apart and sets the alarm to the earliest', () => {
    const { pacer, advanceTo, isSet } = testTime();
    const heard: string[] = [];
    const add = (name: string, startMs: number, ...offsetsMs: number[]) =>
      pacer.add({
        startMs,
        entries: offsets(...offsetsMs),
        onDue: ({ offsetMs }) => heard.push(`${name}${offsetMs}`),
        onEnd: () => heard.push(`${name} end`),
      });
    add('a', 0, 10, 40);
    add('b', 20, 5);
    expect(isSet()).toBe(10);
    advanceTo(100);
    expect(heard).toEqual(['a10', 'b5', 'b end', 'a40', 'a end']);
    expect(isSet()).toBeUndefined();
  });

  it('forgets a schedule that was taken back, without its end', () => {
    const { pacer, advanceTo, isSet } = testTime();
    const heard: number[] = [];
    const takeBack = pacer.add({
      startMs: 0,
      entries: offsets(10, 20),
      onDue: ({ offsetMs }) => heard.push(offsetMs),
      onEnd: () => heard.push(-1),
    });
    advanceTo(15);
    takeBack();
    expect(isSet()).toBeUndefined();
    advanceTo(100);
    expect(heard).toEqual([10]);
  });

  it('may be taken back while it hands over', () => {
    const { pacer, jumpTo } = testTime();
    const heard: number[] = [];
    const takeBack = pacer.add({
      startMs: 0,
      entries: offsets(10, 20, 30),
      onDue: ({ offsetMs }) => {
        heard.push(offsetMs);
        takeBack();
      },
      onEnd: () => heard.push(-1),
    });
    jumpTo(1000);
    expect(heard).toEqual([10]);
  });

  it('sets an alarm that usually rings late as much earlier, and hands over nothing before it is due', async () => {
    const { pacer, ringAt, isSet } = testTime();
    const heard: number[] = [];
    const all = Array.from({ length: 301 }, (_, index) => (index + 1) * 10);
    pacer.add({
      startMs: 0,
      entries: offsets(...all),
      onDue: ({ offsetMs }) => heard.push(offsetMs),
      onEnd: () => {},
    });
    for (let index = 0; index < 300; index += 1) ringAt(Math.max((isSet() ?? 0) + 0.4, (index + 1) * 10));
    expect(heard).toHaveLength(300);
    expect(isSet()).toBeCloseTo(3010 - 0.4, 2);
    ringAt(3009.7);
    expect(heard).toHaveLength(300);
    ringAt(3010, false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toHaveLength(301);
  });
});
