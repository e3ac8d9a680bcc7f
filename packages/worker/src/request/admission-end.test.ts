import type { RequestErrorKind } from '@tokenstorm/core';
import { expect, it } from 'vitest';
import { ResponseTimeline } from '../stream/response-timeline.ts';
import { admissionEnd } from './admission-end.ts';
import type { AttemptResult } from './attempt-run.ts';

function result(kind: RequestErrorKind | undefined, more: Partial<AttemptResult> = {}): AttemptResult {
  return {
    startMs: 0,
    endMs: 5,
    streamed: true,
    connection: { reused: false },
    staleReconnects: 0,
    ...(kind !== undefined && { failure: { kind, message: '' } }),
    ...more,
  };
}

const begun = { timeline: new ResponseTimeline() };
const finished = {
  timeline: Object.assign(new ResponseTimeline(), { finishReason: 'content-filter' as const }),
};
const ended = { timeline: Object.assign(new ResponseTimeline(), { hasEnded: true }) };

it.each([
  [result(undefined, ended), 'answered', undefined, true],
  [result('connect'), 'cut', 'unsent', false],
  [result('connect-timeout'), 'cut', 'unsent', false],
  [result('tls'), 'cut', 'unsent', false],
  // It was written to a connection that turned out to be closed: somebody may have read it.
  [result('connect', { staleReconnects: 1 }), 'cut', undefined, false],
  [result(undefined, { isGivenUp: true }), 'answered', 'unsent', true],
  [result('rate-limited'), 'refused', 'refused', false],
  [result('overloaded'), 'cut', 'refused', false],
  [result('auth'), 'cut', 'refused', false],
  [result('client-error'), 'cut', 'refused', false],
  [result('overloaded', begun), 'cut', undefined, false],
  [result('rate-limited', begun), 'refused', undefined, false],
  [result('reset'), 'cut', undefined, false],
  [result('server-error'), 'cut', undefined, false],
  [result('first-token-timeout', begun), 'cut', undefined, false],
  [result('content-filter', finished), 'cut', undefined, true],
  [result('stream-error', ended), 'cut', undefined, true],
])('an attempt that ended %# is told as %s, %s, whole: %s', (attempt, ending, noWork, isWhole) => {
  const end = admissionEnd(attempt);
  expect([end.ending, end.noWork, end.isWhole]).toEqual([ending, noWork, isWhole]);
});
