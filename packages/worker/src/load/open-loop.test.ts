import type { Arrival } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import type { Alarm } from '../pacing/alarm.ts';
import { Pacer } from '../pacing/pacer.ts';
import { OpenLoop } from './open-loop.ts';
import type { ScheduleBefore } from './open-loop.ts';
import { noPhaseCounts } from './slice-position.ts';
import type { PhaseCounts, Start } from './target-load.ts';

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
    cancelled: 0,
    cancelUnsent: ({ warmup, main }: PhaseCounts) => void (load.cancelled += warmup + main),
    phaseAt: (intendedStartMs: number) => (intendedStartMs < 1020 ? ('warmup' as const) : ('main' as const)),
    send: (start: Start) => {
      load.inFlight += 1;
      sent.push(start);
    },
  };
  const list: Arrival[] = offsetsMs.map((offsetMs, index) => ({ index: 10 + index, offsetMs }));
  const arrivals = Object.assign(list, {
    stateAt: () => undefined,
    from: (done: number) => list.slice(done),
  });
  const right = { isHeld: true, maySend: () => true, mayStart: () => right.isHeld };
  const loop = new OpenLoop({
    load,
    arrivals,
    pacer: new Pacer<Arrival>(clock, alarm),
    clock,
    right,
    before: { position: 0, skipped: noPhaseCounts, mostOverdueMs: 2000, endMs: () => Infinity, ...before },
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

  it('goes on at once where the arrivals begin after those', async () => {
    const skipped = { warmup: 3, main: 2 };
    const { loop, sent, moveTo } = loopOf(offsetsMs.slice(3), 100, { position: 6, skipped });
    // One more than those that were skipped was done: offset 30.
    expect(await loop.takeUp()).toEqual({ warmup: 3, main: 3 });
    const running = loop.run();
    moveTo(3000);
    await running;
    expect(startsOf(sent)).toEqual([1040, 1050]);
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

describe('an OpenLoop that is handed over', () => {
  const offsetsMs = [0, 10, 20, 30, 40, 50];

  it('still sends what is due until the next holder goes on, tells how much that is, and ends with it', async () => {
    const { loop, load, right, sent, moveTo } = loopOf(offsetsMs);
    const running = loop.run();
    moveTo(1012);
    right.isHeld = false;
    const ledOut = loop.handOver(23);
    // Due until 1035: 1020 and 1030. The next holder has the others.
    expect(loop.ahead).toEqual({ warmup: 0, main: 2 });
    moveTo(1025);
    expect(loop.ahead).toEqual({ warmup: 0, main: 1 });
    moveTo(1030);
    await Promise.all([running, ledOut]);
    moveTo(3000);
    expect(sent.map(({ arrivalIndex }) => arrivalIndex)).toEqual([10, 11, 12, 13]);
    expect([loop.ahead, load.cancelled]).toEqual([{ warmup: 0, main: 0 }, 0]);
  });

  it.each([0, 5])('ends at once where nothing is due until then: %d ms', async (leadMs) => {
    const { loop, sent, moveTo } = loopOf(offsetsMs);
    const running = loop.run();
    moveTo(1012);
    await loop.handOver(leadMs);
    await running;
    moveTo(3000);
    expect([sent.length, loop.ahead]).toEqual([2, { warmup: 0, main: 0 }]);
  });

  it('counts what was its to send as cancelled where it is stopped before', async () => {
    const { loop, load, sent, moveTo } = loopOf(offsetsMs);
    const running = loop.run();
    moveTo(1012);
    void loop.handOver(100);
    moveTo(1022);
    loop.stop();
    await running;
    moveTo(3000);
    expect([sent.length, load.cancelled]).toEqual([3, 3]);
  });

  it('leaves it unsent where it is handed over once more, without a lead', async () => {
    const { loop, load, sent, moveTo } = loopOf(offsetsMs);
    const running = loop.run();
    moveTo(1012);
    const ledOut = loop.handOver(100);
    await loop.handOver(0);
    moveTo(3000);
    await Promise.all([running, ledOut]);
    expect([sent.length, load.cancelled, loop.ahead]).toEqual([2, 0, { warmup: 0, main: 0 }]);
  });

  it('leaves it unsent where nobody hears of it any more', async () => {
    const { loop, load, right, sent, moveTo } = loopOf(offsetsMs);
    const running = loop.run();
    moveTo(1012);
    void loop.handOver(100);
    right.maySend = () => false;
    moveTo(3000);
    await running;
    expect([sent.length, load.cancelled, loop.ahead]).toEqual([2, 0, { warmup: 0, main: 0 }]);
  });
});
