import type { LimitAmounts, LimitGrant } from '@tokenstorm/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { LimitQueue } from './limit-queue.ts';
import type { Passage } from './limit-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { nowMs: () => performance.now(), epochMs: () => 0 };

/** A queue in front of a bucket of the test's own, which gives one permit each `everyMs` after `atOnce`. */
class Setup {
  readonly startMs = clock.nowMs();
  readonly gate: ConcurrencyGate;
  readonly queue: LimitQueue;
  /** What became of each client, by name. Times from the start. */
  readonly passed: Record<string, Passage> = {};
  readonly order: string[] = [];
  readonly faults: unknown[] = [];
  asked = 0;
  givenBack = 0;
  /** From the start; the moment at which the next permit is there. */
  nextMs: number;
  readonly #everyMs: number;

  constructor(
    options: { places?: number; everyMs?: number; atOnce?: number; take?: () => Promise<LimitGrant> } = {},
  ) {
    const { places, everyMs = 100, atOnce = 1 } = options;
    this.#everyMs = everyMs;
    this.nextMs = -everyMs * (atOnce - 1);
    this.gate = new ConcurrencyGate(places);
    this.queue = new LimitQueue({
      clock,
      gate: this.gate,
      take: options.take ?? (async () => this.#take()),
      giveBack: () => void (this.givenBack += 1),
      onFault: (cause) => this.faults.push(cause),
    });
  }

  get nowMs(): number {
    return clock.nowMs() - this.startMs;
  }

  enter(name: string, askedMs = this.nowMs) {
    return this.queue.enter({
      askedMs: this.startMs + askedMs,
      amounts: (): LimitAmounts => ({ requests: 1 }),
      onPassed: (passage) => {
        this.passed[name] = { ...passage, atMs: passage.atMs - this.startMs };
        this.order.push(name);
      },
    });
  }

  #take(): LimitGrant {
    this.asked += 1;
    const overdueMs = this.nowMs - this.nextMs;
    if (overdueMs < 0) return { granted: false, retryInMs: -overdueMs };
    this.nextMs += this.#everyMs;
    return { granted: true, overdueMs };
  }
}

/** Lets so many ms pass, and all that was promised come true. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

describe('LimitQueue', () => {
  it('lets through at once, without a timer, as many as there are permits for', async () => {
    const setup = new Setup({ atOnce: 3 });
    for (const name of ['a', 'b', 'c']) setup.enter(name);
    expect(vi.getTimerCount()).toBe(0);
    await pass(0);
    expect(setup.order).toEqual(['a', 'b', 'c']);
    expect(setup.passed['c']).toEqual({ atMs: 0, rateLimitMs: 0, concurrencyMs: 0 });
  });

  it('keeps the order, and times each wait by when its permit was due', async () => {
    const setup = new Setup();
    for (const name of ['a', 'b', 'c']) setup.enter(name);
    await pass(50);
    setup.enter('d');
    await pass(400);
    expect(setup.order).toEqual(['a', 'b', 'c', 'd']);
    expect(setup.passed['b']).toEqual({ atMs: 100, rateLimitMs: 100, concurrencyMs: 0 });
    expect(setup.passed['c']).toEqual({ atMs: 200, rateLimitMs: 200, concurrencyMs: 0 });
    expect(setup.passed['d']).toEqual({ atMs: 300, rateLimitMs: 250, concurrencyMs: 0 });
  });

  it('counts what it notices late as due when it was', async () => {
    const setup = new Setup();
    for (const name of ['a', 'b', 'c']) setup.enter(name);
    await pass(0);
    // The process is held up: the timer of 100 ms fires after 260.
    vi.setSystemTime(Date.now() + 260);
    const late = vi.spyOn(clock, 'nowMs').mockImplementation(() => setup.startMs + 260);
    await pass(100);
    late.mockRestore();
    expect(setup.passed['b']?.atMs).toBe(100);
    expect(setup.passed['c']?.atMs).toBe(200);
  });

  it('tells a wait for a place from a wait for a permit, for those behind too', async () => {
    const setup = new Setup({ places: 1 });
    for (const name of ['a', 'b', 'c']) setup.enter(name);
    await pass(30);
    setup.enter('d');
    // `a` holds the only place for 250 ms; `b` has had its permit for 150 by then.
    await pass(220);
    setup.gate.leave(setup.startMs + 250);
    await pass(0);
    expect(setup.passed['b']).toEqual({ atMs: 250, rateLimitMs: 0, concurrencyMs: 250 });
    // From now on a permit is there at 300, and the next one at 400.
    setup.nextMs = 300;
    setup.gate.leave(setup.startMs + 250);
    await pass(60);
    expect(setup.passed['c']).toEqual({ atMs: 300, rateLimitMs: 50, concurrencyMs: 250 });
    await pass(20);
    setup.gate.leave(setup.startMs + 330);
    await pass(200);
    expect(setup.passed['d']).toEqual({ atMs: 400, rateLimitMs: 50 + 70, concurrencyMs: 220 + 30 });
  });

  it('holds one place at the most while it waits for permits, and none once nobody waits', async () => {
    const setup = new Setup({ places: 3 });
    for (const name of ['a', 'b', 'c']) setup.enter(name);
    await pass(10);
    let free = 0;
    setup.gate.enter(0, () => (free += 1));
    setup.gate.enter(0, () => (free += 1));
    expect(free).toBe(1);
    await pass(90);
    // `a` and `b` are inside; the other's place and that of `a` go on to whoever came next: the other, then `c`.
    setup.gate.leave(setup.startMs + 100);
    expect(free).toBe(2);
    setup.gate.leave(setup.startMs + 100);
    await pass(100);
    expect(setup.order).toEqual(['a', 'b', 'c']);
  });

  it('gives the place of the last one who gives up to others', async () => {
    const setup = new Setup({ places: 2 });
    setup.enter('a');
    const giveUp = setup.enter('b');
    await pass(10);
    expect(giveUp(clock.nowMs())).toMatchObject({ rateLimitMs: 10, concurrencyMs: 0 });
    let free = 0;
    setup.gate.enter(0, () => (free += 1));
    expect(free).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says what somebody waited for who gives up behind others', async () => {
    const setup = new Setup({ places: 1 });
    setup.enter('a');
    setup.enter('b');
    const giveUp = setup.enter('c');
    await pass(40);
    expect(giveUp(clock.nowMs())).toMatchObject({ rateLimitMs: 0, concurrencyMs: 40 });
    setup.gate.leave(setup.startMs + 40);
    await pass(100);
    expect(setup.order).toEqual(['a', 'b']);
  });

  it('gives permits back that came for somebody who is gone', async () => {
    let answer = (_grant: LimitGrant): void => {};
    const setup = new Setup({ take: () => new Promise((resolve) => (answer = resolve)) });
    const giveUp = setup.enter('a');
    giveUp(clock.nowMs());
    setup.enter('b');
    answer({ granted: true, overdueMs: 0 });
    await pass(0);
    expect(setup.givenBack).toBe(1);
    answer({ granted: true, overdueMs: 0 });
    await pass(0);
    expect(setup.order).toEqual(['b']);
  });

  it('asks again when permits were given back, which were not there before', async () => {
    const setup = new Setup();
    setup.enter('a');
    setup.enter('b');
    await pass(30);
    setup.nextMs = -1000;
    setup.queue.wake();
    await pass(0);
    expect(setup.passed['b']).toEqual({ atMs: 30, rateLimitMs: 30, concurrencyMs: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks again when permits were given back while the limiter was asked', async () => {
    let answer = (_grant: LimitGrant): void => {};
    const setup = new Setup({ take: () => new Promise((resolve) => (answer = resolve)) });
    setup.enter('a');
    await pass(20);
    setup.queue.wake();
    answer({ granted: false, retryInMs: 5000 });
    await pass(0);
    expect(vi.getTimerCount()).toBe(0);
    answer({ granted: true, overdueMs: 0 });
    await pass(0);
    expect(setup.passed['a']).toEqual({ atMs: 20, rateLimitMs: 20, concurrencyMs: 0 });
  });

  it('takes the limiter at its word: permits that others gave back meanwhile were no reason to come earlier', async () => {
    const setup = new Setup({ everyMs: 1000 });
    setup.enter('a');
    setup.enter('b');
    await pass(500);
    // Another process gives back, and this one does not hear of it.
    setup.nextMs = -5000;
    await pass(500);
    expect(setup.passed['b']).toEqual({ atMs: 1000, rateLimitMs: 1000, concurrencyMs: 0 });
  });

  it('counts the way to the limiter and back as a wait for permits', async () => {
    const take = async (): Promise<LimitGrant> => {
      await pass(80);
      return { granted: true, overdueMs: -80 };
    };
    const setup = new Setup({ take });
    setup.enter('a');
    await pass(100);
    expect(setup.passed['a']).toEqual({ atMs: 80, rateLimitMs: 80, concurrencyMs: 0 });
  });

  it('counts a long way to the limiter as a wait also after a refusal', async () => {
    const answers: LimitGrant[] = [
      { granted: false, retryInMs: 100 },
      { granted: true, overdueMs: -30 },
    ];
    const setup = new Setup({
      take: async () => {
        await pass(30);
        return answers.shift() ?? { granted: false, retryInMs: 1e6 };
      },
    });
    setup.enter('a');
    await pass(500);
    // There and back, the pause that the answer named, and there and back again.
    expect(setup.passed['a']).toEqual({ atMs: 160, rateLimitMs: 160, concurrencyMs: 0 });
  });

  it('looks again every second for what others have given back', async () => {
    const setup = new Setup({ everyMs: 60_000 });
    setup.enter('a');
    setup.enter('b');
    await pass(1500);
    setup.nextMs = -5000;
    await pass(600);
    expect(setup.passed['b']).toEqual({ atMs: 2000, rateLimitMs: 2000, concurrencyMs: 0 });
  });

  it('asks the limiter once for each permit while the queue is long', async () => {
    const setup = new Setup({ everyMs: 10 });
    for (let index = 0; index < 50; index += 1) setup.enter(`${index}`);
    await pass(1000);
    expect(setup.order).toHaveLength(50);
    expect(setup.asked).toBeLessThanOrEqual(100);
  });

  it('admits nobody once it is closed, and leaves no timer and no place behind', async () => {
    const setup = new Setup({ places: 2 });
    const cancels = ['a', 'b', 'c'].map((name) => setup.enter(name));
    await pass(10);
    setup.queue.close();
    expect(vi.getTimerCount()).toBe(0);
    for (const cancel of cancels.slice(1)) cancel(clock.nowMs());
    setup.enter('d');
    await pass(1000);
    expect(setup.order).toEqual(['a']);
    let free = 0;
    setup.gate.enter(0, () => (free += 1));
    expect(free).toBe(1);
  });

  it('tells of a limiter that fails, gives its place back and asks no more', async () => {
    let asked = 0;
    const take = async () => {
      asked += 1;
      throw new Error('gone');
    };
    const setup = new Setup({ places: 1, take });
    const cancels = ['a', 'b'].map((name) => setup.enter(name));
    await pass(0);
    expect(setup.faults).toEqual([new Error('gone')]);
    expect(asked).toBe(1);
    for (const cancel of cancels) cancel(clock.nowMs());
    let free = 0;
    setup.gate.enter(0, () => (free += 1));
    expect(free).toBe(1);
  });
});
