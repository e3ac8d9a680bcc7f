import type { FaultKind } from '../settings/fault.ts';
import type { Frame } from '../wire/frame.ts';
import type { StreamShape } from './script.ts';
import type { TimedFrame } from './timed-frame.ts';
import type { Voice } from './voice.ts';

/** Breaks a stream the way the fault wants it; a fault that does nothing to the frames leaves them as they are. */
export function breakStream(
  frames: readonly TimedFrame[],
  fault: FaultKind | null,
  voice: Voice,
  shape: StreamShape,
): TimedFrame[] {
  const end = voice.events.end();
  const kept = contentBefore(voice, shape);
  switch (fault) {
    case 'reset_after':
    case 'stall':
    case 'cut':
      return upTo(frames, kept);
    case 'truncated':
      return followedBy(upTo(frames, kept), [end]);
    case 'stream_error':
      return followedBy(upTo(frames, kept), [...shape.failure(kept), end]);
    case 'bad_json':
      return withBrokenEvent(frames, voice);
    default:
      return [...frames];
  }
}

/** How many content events come before the fault: as many as configured, else half of them and one at least. */
function contentBefore({ behaviour }: Voice, { content }: StreamShape): number {
  const wanted = behaviour.faultAfterEvents ?? Math.max(1, Math.floor(content.length / 2));
  return Math.min(wanted, content.length);
}

function withBrokenEvent(frames: readonly TimedFrame[], { behaviour, script }: Voice): TimedFrame[] {
  const content = contentIndexes(frames);
  const wanted = behaviour.faultAfterEvents ?? Math.floor(content.length / 2);
  const at = content[Math.min(wanted, content.length - 1)];
  return frames.map((timed, index) => (index === at ? { ...timed, frame: script.brokenContent } : timed));
}

/** The frames up to the last one of so many content events; without any, those that wait for no content. */
function upTo(frames: readonly TimedFrame[], contentEvents: number): TimedFrame[] {
  const content = contentIndexes(frames);
  const last = content[contentEvents - 1];
  if (last !== undefined) return closed(frames.slice(0, last + 1));
  const before = frames.slice(0, content[0] ?? frames.length);
  return before.slice(0, before.findLastIndex((timed) => !timed.joinsNext) + 1);
}

function contentIndexes(frames: readonly TimedFrame[]): number[] {
  return frames.flatMap((timed, index) => (timed.frame.content !== null ? [index] : []));
}

/** What follows is a write of its own. */
function closed(frames: readonly TimedFrame[]): TimedFrame[] {
  return frames.map((timed, index) => (index === frames.length - 1 ? { ...timed, joinsNext: false } : timed));
}

function followedBy(frames: readonly TimedFrame[], added: readonly Frame[]): TimedFrame[] {
  const atMs = frames.at(-1)?.atMs ?? 0;
  return [...frames, ...added.map((frame) => ({ atMs, frame, joinsNext: true }))];
}
