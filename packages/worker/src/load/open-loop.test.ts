import type { Arrival } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type { Alarm } from '../pacing/alarm.ts';
import { Pacer } from '../pacing/pacer.ts';
import { OpenLoop } from './open-loop.ts';
import type { Start } from './target-load.ts';

/** A loop whose clock and alarm the test moves: on time with `moveTo`, in one jump with `jumpTo`. */
function loopOf(offsetsMs: readonly number[], maxInFlight = 100) {
  let nowMs = 0;
  let dueMs: number | undefined;
  let ring = () => {};
  const alarm: Alarm = {
    ready: Promise.resolve(),
    set: (atMs) => void (dueMs = atMs),
    onRing: (listener) => void (ring = listener),
    close: async () => {},
  };
  const clock = { nowMs: () => nowMs, epochMs: () => nowMs };
  const sent: Start[] = [];
  const dropped: number[] = [];
  const load = {
    startMs: 1000,
    inFlight: 0,
    get isFull() {
      return load.inFlight >= maxInFlight;
    },
    drop: (intendedStartMs: number) => void dropped.push(intendedStartMs),
    send: (start: Start) => {
      load.inFlight += 1;
      sent.push(start);
    },
  };
  const arrivals: Arrival[] = offsetsMs.map((offsetMs, index) => ({ index: 10 + index, offsetMs }));
  const loop = new OpenLoop(load, arrivals, new Pacer<Arrival>(clock, alarm), clock);
  const moveTo = (toMs: number) => {
    while (dueMs !== undefined && dueMs <= toMs) {
      nowMs = Math.max(nowMs, dueMs);
      dueMs = undefined;
      ring();
    }
    nowMs = toMs;
  };
  const jumpTo = (toMs: number) => {
    nowMs = toMs;
    ring();
  };
  return { loop, load, sent, dropped, moveTo, jumpTo };
}

describe('OpenLoop', () => {
  it('sends at each arrival, with its index, and ends after the last one', async () => {
    const { loop, sent, moveTo } = loopOf([0, 10, 25]);
    const running = loop.run();
    moveTo(2000);
    await running;
    expect(sent).toEqual([
      { arrivalIndex: 10, intendedStartMs: 1000, handOverMs: 1000, scheduled: true },
      { arrivalIndex: 11, intendedStartMs: 1010, handOverMs: 1010, scheduled: true },
      { arrivalIndex: 12, intendedStartMs: 1025, handOverMs: 1025, scheduled: true },
    ]);
  });

  it('keeps the intended start of what is handed over late', async () => {
    const { loop, sent, jumpTo } = loopOf([0, 10]);
    const running = loop.run();
    jumpTo(1004);
    jumpTo(1016);
    await running;
    expect(sent.map(({ intendedStartMs, handOverMs }) => [intendedStartMs, handOverMs])).toEqual([
      [1000, 1004],
      [1010, 1016],
    ]);
  });

  it('drops and counts what is over the cap, and sends again once there is room', async () => {
    const { loop, load, sent, dropped, moveTo } = loopOf([0, 1, 2, 3, 50], 2);
    const running = loop.run();
    moveTo(1030);
    expect(dropped).toEqual([1002, 1003]);
    load.inFlight -= 1;
    moveTo(2000);
    await running;
    expect(sent.map((start) => start.intendedStartMs)).toEqual([1000, 1001, 1050]);
  });

  it('ends at a stop, with nothing sent after it', async () => {
    const { loop, sent, moveTo } = loopOf([0, 10, 20]);
    const running = loop.run();
    moveTo(1015);
    loop.stop();
    loop.stop();
    await running;
    moveTo(2000);
    expect(sent).toHaveLength(2);
  });

  it('may be stopped before it runs, even where arrivals are due already', async () => {
    const { loop, sent, moveTo } = loopOf([0, 10]);
    moveTo(1500);
    loop.stop();
    await loop.run();
    expect(sent).toEqual([]);
  });

  it('without arrivals ends at once', async () => {
    const { loop } = loopOf([]);
    await loop.run();
  });
});
