import type { Vendor } from '../dialect/dialect.ts';
import { digitsOf, frameOf } from '../wire/frame.ts';
import { responseHead } from '../wire/response-head.ts';
import { commonHeaders, endingOf, stopsInside } from './answer.ts';
import type { Answer, AnswerOrder } from './answer.ts';
import { breakStream } from './break-stream.ts';
import { httpErrorAnswer } from './http-error.ts';
import { timeFrames } from './timed-frame.ts';
import type { TimedFrame } from './timed-frame.ts';
import type { Voice } from './voice.ts';
import { wholeAnswer } from './whole-answer.ts';
import { groupWrites, splitWrites } from './write-plan.ts';

/** Plans the answer to a request: pure, the random draws apart. */
export function planAnswer(voice: Voice, vendor: Vendor, order: AnswerOrder): Answer {
  const { fault, id, random } = order;
  if (fault === 'reset_before') return { statusCode: 0, writes: [], ending: 'reset', usage: null };
  if (fault === 'stall_before') return { statusCode: 0, writes: [], ending: 'stall', usage: null };
  const answer =
    httpErrorAnswer(voice.behaviour, vendor, order) ??
    (order.request.stream ? streamedAnswer(voice, order) : wholeAnswer(voice, order));
  const split = fault === 'split_writes' ? { splitBytes: 'random' as const, splitGapMs: 1 } : voice.behaviour;
  if (split.splitBytes === 0) return answer;
  return { ...answer, writes: splitWrites(answer.writes, digitsOf(id), split, random) };
}

function streamedAnswer(voice: Voice, order: AnswerOrder): Answer {
  const { behaviour } = voice;
  const { fault } = order;
  const shape = voice.shape(order.request);
  const whole = timeFrames(voice, shape, order.random);
  const frames = fault === null ? whole : breakStream(whole, fault, voice, shape);
  const isShort = stopsInside(fault);
  const head = streamHead(voice, order, isShort ? whole : frames);
  const isAlone = behaviour.earlyHead && behaviour.role !== 'early';
  const writes = groupWrites({ atMs: 0, frame: frameOf(head), joinsNext: !isAlone }, frames, behaviour.burst);
  const sendsUsage = !isShort && fault !== 'truncated' && fault !== 'stream_error';
  const usage = sendsUsage ? shape.usage : null;
  return { statusCode: 200, writes, ending: endingOf(behaviour, order), usage };
}

function streamHead(voice: Voice, order: AnswerOrder, announced: readonly TimedFrame[]): string {
  return responseHead(200, [
    'content-type: text/event-stream; charset=utf-8',
    'cache-control: no-cache',
    ...framingHeader(voice, announced),
    ...commonHeaders(voice.behaviour, order),
  ]);
}

function framingHeader({ behaviour }: Voice, frames: readonly TimedFrame[]): string[] {
  if (behaviour.framing === 'chunked') return ['transfer-encoding: chunked'];
  if (behaviour.framing === 'close') return [];
  return [`content-length: ${frames.reduce((sum, { frame }) => sum + frame.bytes, 0)}`];
}
