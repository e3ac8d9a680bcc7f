import type { RunResult } from '@tokenstorm/aggregator';
import { expect, it } from 'vitest';
import { RunCourse } from './ended-run.ts';

const result = { endMs: 5000 } as RunResult;

it('knows a run by its first start and its first stop', () => {
  const course = new RunCourse();
  expect([course.startedAtEpochMs, course.stop, course.isStopped]).toEqual([undefined, undefined, false]);
  course.observe({ type: 'run-start', startAtEpochMs: 1000 }, 900);
  course.observe({ type: 'run-start', startAtEpochMs: 1001 }, 901);
  course.observe({ type: 'run-stop', mode: 'drain', reason: 'interrupted', atEpochMs: 3000 }, 9000);
  course.observe({ type: 'run-stop', mode: 'now', reason: 'infrastructure', atEpochMs: 4000 }, 9000);
  course.observe({ type: 'worker-failed', workerId: 'w1', message: 'first' }, 9000);
  course.observe({ type: 'worker-failed', workerId: 'w2', message: 'second' }, 9000);
  expect(course.isStopped).toBe(true);
  expect(course.ended(result, ['a note'])).toEqual({
    result,
    startedAtEpochMs: 1000,
    stopReason: 'interrupted',
    stoppedAtMs: 2000,
    failure: 'first',
    lostProcess: undefined,
    notes: ['a note'],
  });
});

it('takes the time at which it heard of a stop that does not say its own', () => {
  const course = new RunCourse();
  course.observe({ type: 'run-start', startAtEpochMs: 1000 }, 0);
  course.observe({ type: 'run-stop', mode: 'now', reason: 'threshold' }, 2500);
  expect(course.stop).toEqual({ stopReason: 'threshold', stoppedAtMs: 1500 });
});

it('of a run that was stopped before its start has the stop at its start', () => {
  const course = new RunCourse();
  course.observe({ type: 'run-stop', mode: 'now', reason: 'interrupted', atEpochMs: 2500 }, 0);
  expect(course.ended(result)).toMatchObject({ startedAtEpochMs: 2500, stoppedAtMs: 0 });
});
