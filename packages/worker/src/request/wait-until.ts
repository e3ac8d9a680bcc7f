import type { Clock } from '@tokenstorm/core';
import { longestTimerMs } from '../pacing/longest-timer.ts';

/** Calls back once the clock has reached `dueMs`, never before this returns. What it returns calls the wait off. */
export function waitUntil(clock: Clock, dueMs: number, onDue: () => void): () => void {
  let timer: NodeJS.Timeout;
  const sleep = () => {
    timer = setTimeout(wake, Math.min(Math.max(0, Math.ceil(dueMs - clock.nowMs())), longestTimerMs));
  };
  // Again where it woke too early: a timer may fire up to 1 ms before it is due.
  const wake = () => (clock.nowMs() < dueMs ? sleep() : onDue());
  sleep();
  return () => clearTimeout(timer);
}
