import type { Clock } from '@tokenstorm/core';
import type { Alarm } from './alarm.ts';
import { WakeLead } from './wake-lead.ts';

/** A lazy, ascending list of moments, each with what is to happen then. */
export interface Schedule<T> {
  /** Monotonic ms that the offsets count from. */
  readonly startMs: number;
  readonly entries: Iterator<T>;
  readonly onDue: (entry: T) => void;
  readonly onEnd: () => void;
}

interface Timed {
  readonly offsetMs: number;
}

/**
 * Hands over the entries of several schedules when they are due, in order, never early and none left out: what is
 * late because the process was busy is handed over at once, and its lateness is for the receiver to measure.
 */
export class Pacer<T extends Timed> {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #lead = new WakeLead();
  readonly #running = new Set<PacedSchedule<T>>();
  #alarmMs = Infinity;
  #isWaitingOut = false;

  constructor(clock: Clock, alarm: Alarm) {
    this.#clock = clock;
    this.#alarm = alarm;
    alarm.onRing(() => {
      this.#lead.observe(this.#clock.nowMs() - this.#alarmMs);
      this.#handOver();
    });
  }

  /** Starts a schedule; the returned function ends it without calling `onEnd`. */
  add(schedule: Schedule<T>): () => void {
    const paced = new PacedSchedule(schedule);
    this.#running.add(paced);
    this.#handOver();
    return () => {
      this.#running.delete(paced);
      this.#setAlarm();
    };
  }

  #handOver(): void {
    for (const paced of this.#running) {
      while (paced.dueMs <= this.#clock.nowMs() && this.#running.has(paced)) paced.handOverNext();
      if (paced.dueMs === Infinity && this.#running.delete(paced)) paced.end();
    }
    this.#setAlarm();
  }

  /** Sets the alarm as much too early as it usually rings too late; what is left then is waited out turn by turn. */
  #setAlarm(): void {
    let nextMs = Infinity;
    for (const paced of this.#running) nextMs = Math.min(nextMs, paced.dueMs);
    this.#alarmMs = nextMs - this.#lead.ms;
    if (this.#alarmMs <= this.#clock.nowMs()) this.#waitOut();
    else this.#alarm.set(nextMs === Infinity ? undefined : this.#alarmMs);
  }

  #waitOut(): void {
    if (this.#isWaitingOut) return;
    this.#isWaitingOut = true;
    setImmediate(() => {
      this.#isWaitingOut = false;
      this.#handOver();
    });
  }
}

class PacedSchedule<T extends Timed> {
  readonly #schedule: Schedule<T>;
  #next: T | undefined;
  /** Monotonic ms of the next entry; Infinity after the last. */
  dueMs = Infinity;

  constructor(schedule: Schedule<T>) {
    this.#schedule = schedule;
    this.#advance();
  }

  handOverNext(): void {
    const entry = this.#next as T;
    this.#advance();
    this.#schedule.onDue(entry);
  }

  end(): void {
    this.#schedule.onEnd();
  }

  #advance(): void {
    const step = this.#schedule.entries.next();
    this.#next = step.done === true ? undefined : step.value;
    this.dueMs = this.#next === undefined ? Infinity : this.#schedule.startMs + this.#next.offsetMs;
  }
}
