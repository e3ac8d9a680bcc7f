import type { Random } from '../settings/random.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import { renderFrames } from '../wire/frame.ts';
import type { Frame } from '../wire/frame.ts';
import type { TimedFrame } from './timed-frame.ts';

/** One write to the socket. */
export interface PlannedWrite {
  /** After the start of service. */
  readonly atMs: number;
  /** The frames that are complete with this write. */
  readonly frames: readonly Frame[];
  /** What is written, where it is not the frames as a whole. */
  readonly bytes?: Buffer;
}

/** Puts frames that belong together into writes; the head goes with the first one unless it is early. */
export function groupWrites(
  head: TimedFrame,
  frames: readonly TimedFrame[],
  isBurst: boolean,
): PlannedWrite[] {
  if (isBurst) return [burstWrite(head, frames)];
  const writes: PlannedWrite[] = [];
  let group: Frame[] = [];
  let atMs = 0;
  for (const timed of [head, ...frames]) {
    group.push(timed.frame);
    atMs = timed.atMs;
    if (timed.joinsNext) continue;
    writes.push({ atMs, frames: group });
    group = [];
  }
  if (group.length > 0) writes.push({ atMs, frames: group });
  return writes;
}

function burstWrite(head: TimedFrame, frames: readonly TimedFrame[]): PlannedWrite {
  const first = frames.find((timed) => timed.frame.content !== null) ?? frames.at(-1);
  return { atMs: first?.atMs ?? 0, frames: [head.frame, ...frames.map((timed) => timed.frame)] };
}

/** Cuts writes into pieces that follow each other after at least `splitGapMs`; a frame is complete with its last payload byte. */
export function splitWrites(
  writes: readonly PlannedWrite[],
  digits: string,
  { splitBytes, splitGapMs }: Pick<ModelBehaviour, 'splitBytes' | 'splitGapMs'>,
  random: Random,
): PlannedWrite[] {
  const pieces: PlannedWrite[] = [];
  let freeMs = 0;
  for (const write of writes) {
    const bytes = Buffer.from(renderFrames(write.frames, digits));
    let complete = frameEnds(write.frames);
    for (let start = 0; start < bytes.length;) {
      const size = splitBytes === 'random' ? 1 + Math.floor(random() * 64) : splitBytes;
      const end = Math.min(bytes.length, start + size);
      const atMs = Math.max(write.atMs, freeMs);
      const frames = complete.filter((item) => item.end <= end).map((item) => item.frame);
      complete = complete.filter((item) => item.end > end);
      pieces.push({ atMs, frames, bytes: bytes.subarray(start, end) });
      freeMs = atMs + splitGapMs;
      start = end;
    }
  }
  return pieces;
}

function frameEnds(frames: readonly Frame[]): { readonly frame: Frame; readonly end: number }[] {
  let start = 0;
  return frames.map((frame) => {
    const end = start + frame.payloadBytes;
    start += frame.bytes;
    return { frame, end };
  });
}
