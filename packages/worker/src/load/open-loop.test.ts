import type { Arrival } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type { Alarm } from '../pacing/alarm.ts';
import { Pacer } from '../pacing/pacer.ts';
import { OpenLoop } from './open-loop.ts';
import type { ScheduleBefore } from './open-loop.ts';
import type { Start } from './target-load.ts';

/** A loop whose clock and alarm the test moves: on time with `moveTo`, in one jump with `jumpTo`. */
function loopOf(offsetsMs: readonly number[], maxInFlight = 100, before: Partial<ScheduleBefore> = {}) {
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
    phaseAt: (intendedStartMs: number) => (intendedStartMs < 1020 ? ('warmup' as const) : ('main' as const)),
    send: (start: Start) => {
      load.inFlight += 1;
      sent.push(start);
    },
  };
  const arrivals: Arrival[] = offsetsMs.map((offsetMs, index) => ({ index: 10 + index, offsetMs }));
  const right = { isHeld: true, mayStart: () => right.isHeld };
  const loop = new OpenLoop({
    load,
    arrivals,
    pacer: new Pacer<Arrival>(clock, alarm),
    clock,
    right,
    before: { position: 0, mostOverdueMs: 2000, endMs: () => Infinity, ...before },
  });
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
  return { loop, load, right, sent, dropped, moveTo, jumpTo };
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

  it('sends nothing once it may not, hands nothing of it over, and has not ended by that', async () => {
    const { loop, right, sent, dropped, moveTo } = loopOf([0, 10, 20, 30]);
    const state = { ended: false };
    const running = loop.run().then(() => (state.ended = true));
    moveTo(1015);
    right.isHeld = false;
    moveTo(2000);
    await Promise.resolve();
    expect([sent.length, dropped, state.ended]).toEqual([2, [], false]);
    loop.stop();
    await running;
  });

  it('has not ended either where it may send nothing from the first moment on', async () => {
    const { loop, right, sent, moveTo } = loopOf([0, 10]);
    const state = { ended: false };
    right.isHeld = false;
    moveTo(1500);
    void loop.run().then(() => (state.ended = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([sent, state.ended]).toEqual([[], false]);
  });
});

describe('an OpenLoop that others had before', () => {
  const offsetsMs = [0, 10, 20, 30, 40, 50];
  const startsOf = (sent: readonly Start[]) => sent.map(({ intendedStartMs }) => intendedStartMs);

  it('goes on after the arrivals that they had done', async () => {
    const { loop, sent, moveTo } = loopOf(offsetsMs, 100, { position: 3 });
    // Offsets 0 and 10 are in the warm-up, 20 is not.
    expect(await loop.takeUp()).toEqual({ warmup: 2, main: 1 });
    const running = loop.run();
    moveTo(3000);
    await running;
    expect(startsOf(sent)).toEqual([1030, 1040, 1050]);
  });

  it('passes over what was due by now where nobody knows what they had sent', async () => {
    const { loop, sent, moveTo } = loopOf(offsetsMs, 100, { position: 2, mostOverdueMs: 0 });
    moveTo(1030);
    expect(await loop.takeUp()).toEqual({ warmup: 2, main: 2 });
    const running = loop.run();
    moveTo(3000);
    await running;
    expect(startsOf(sent)).toEqual([1040, 1050]);
  });

  it('sends what is not long overdue where they gave it back', async () => {
    const { loop, sent, moveTo } = loopOf(offsetsMs, 100, { position: 1, mostOverdueMs: 20 });
    moveTo(1045);
    expect(await loop.takeUp()).toEqual({ warmup: 2, main: 1 });
    const running = loop.run();
    moveTo(1045);
    expect(sent.map(({ intendedStartMs, handOverMs }) => [intendedStartMs, handOverMs])).toEqual([
      [1030, 1045],
      [1040, 1045],
    ]);
    moveTo(3000);
    await running;
    expect(sent).toHaveLength(3);
  });

  it('passes over nothing that was due after the run was stopped', async () => {
    const { loop, moveTo } = loopOf(offsetsMs, 100, { mostOverdueMs: 0, endMs: () => 1015 });
    moveTo(3000);
    expect(await loop.takeUp()).toEqual({ warmup: 2, main: 0 });
  });

  it('may have nothing left', async () => {
    const { loop, sent } = loopOf(offsetsMs, 100, { position: 6 });
    expect(await loop.takeUp()).toEqual({ warmup: 2, main: 4 });
    await loop.run();
    expect(sent).toEqual([]);
  });
});
