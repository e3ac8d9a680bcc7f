import type { FaultKind } from '../settings/fault.ts';
import type { Frame } from '../wire/frame.ts';
import { ApiError } from './api-error.ts';
import type { TimedFrame } from './timed-frame.ts';
import type { Voice } from './voice.ts';

/** Breaks a stream the way the fault wants it; a fault that does nothing to the frames leaves them as they are. */
export function breakStream(
  frames: readonly TimedFrame[],
  fault: FaultKind | null,
  voice: Voice,
): TimedFrame[] {
  switch (fault) {
    case 'reset_after':
    case 'stall':
    case 'cut':
      return upToHalf(frames);
    case 'truncated':
      return followedBy(upToHalf(frames), [voice.events.end()]);
    case 'stream_error':
      return withError(frames, voice);
    case 'bad_json':
      return withBrokenEvent(frames, voice.brokenContent());
    default:
      return [...frames];
  }
}

/** The error object that stands in a stream, or in a body, under status 200. */
export function errorUnder200(): string {
  const message = 'The server had an error while processing your request. Sorry about that!';
  return new ApiError(500, message, { type: 'server_error', code: 'server_error' }).toBody();
}

function withError(frames: readonly TimedFrame[], voice: Voice): TimedFrame[] {
  const after: Frame[] = [voice.events.event(errorUnder200())];
  if (voice.behaviour.done) after.push(voice.events.event('[DONE]'));
  return followedBy(upToHalf(frames), [...after, voice.events.end()]);
}

function withBrokenEvent(frames: readonly TimedFrame[], broken: Frame): TimedFrame[] {
  const content = contentIndexes(frames);
  const at = content[Math.floor(content.length / 2)];
  return frames.map((timed, index) => (index === at ? { ...timed, frame: broken } : timed));
}

/** The frames up to the middle content event, one at least; without content all but the tail. */
function upToHalf(frames: readonly TimedFrame[]): TimedFrame[] {
  const content = contentIndexes(frames);
  const last = content[Math.max(1, Math.floor(content.length / 2)) - 1];
  if (last !== undefined) return closed(frames.slice(0, last + 1));
  return closed(frames.filter((timed) => !timed.joinsNext));
}

function contentIndexes(frames: readonly TimedFrame[]): number[] {
  return frames.flatMap((timed, index) => (timed.frame.tokens > 0 ? [index] : []));
}

/** What follows is a write of its own. */
function closed(frames: readonly TimedFrame[]): TimedFrame[] {
  return frames.map((timed, index) => (index === frames.length - 1 ? { ...timed, joinsNext: false } : timed));
}

function followedBy(frames: readonly TimedFrame[], added: readonly Frame[]): TimedFrame[] {
  const atMs = frames.at(-1)?.atMs ?? 0;
  return [...frames, ...added.map((frame) => ({ atMs, frame, joinsNext: true }))];
}
