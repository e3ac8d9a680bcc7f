import type { ModelBehaviour } from '../settings/behaviour.ts';
import { drawLatencyMs } from '../settings/random.ts';
import type { Random } from '../settings/random.ts';
import type { Frame } from '../wire/frame.ts';
import type { StreamShape } from './script.ts';
import type { Voice } from './voice.ts';

/** A frame and when it is due after the start of service. */
export interface TimedFrame {
  readonly atMs: number;
  readonly frame: Frame;
  /** It waits for the next frame and is written together with it. */
  readonly joinsNext: boolean;
}

/** Gives every frame of a stream its time. The head of the response is not among them. */
export function timeFrames(voice: Voice, shape: StreamShape, random: Random): TimedFrame[] {
  const { behaviour } = voice;
  const timesMs = contentTimesMs(behaviour, shape.content, random);
  const firstMs = timesMs[0] ?? drawLatencyMs(behaviour.ttftMs, random);
  const isEarly = behaviour.role === 'early';
  const frames: TimedFrame[] = [];
  if (isEarly) addOpening(frames, shape, 0, true);
  frames.push(...pings(voice, firstMs));
  if (!isEarly) addOpening(frames, shape, firstMs, false);
  addContent(frames, voice, shape.content, timesMs);
  const endMs = (timesMs.at(-1) ?? firstMs) + behaviour.tailMs;
  for (const frame of shape.tail) frames.push({ atMs: endMs, frame, joinsNext: true });
  return frames;
}

function addOpening(frames: TimedFrame[], { opening }: StreamShape, atMs: number, isAlone: boolean): void {
  for (const [index, frame] of opening.entries()) {
    frames.push({ atMs, frame, joinsNext: !isAlone || index < opening.length - 1 });
  }
}

/** How long an answer of so many tokens takes that is not streamed. */
export function wholeAnswerMs(behaviour: ModelBehaviour, tokens: number, random: Random): number {
  return drawLatencyMs(behaviour.ttftMs, random) + drawManyMs(behaviour, Math.max(0, tokens - 1), random);
}

function contentTimesMs(behaviour: ModelBehaviour, frames: readonly Frame[], random: Random): number[] {
  let atMs = 0;
  return frames.map(({ content }, index) => {
    const draws = Math.max(1, content?.tokens ?? 0);
    atMs += index === 0 ? drawLatencyMs(behaviour.ttftMs, random) : drawManyMs(behaviour, draws, random);
    return atMs;
  });
}

function drawManyMs(behaviour: ModelBehaviour, count: number, random: Random): number {
  if (typeof behaviour.itlMs === 'number') return count * behaviour.itlMs;
  let sumMs = 0;
  for (let draw = 0; draw < count; draw += 1) sumMs += drawLatencyMs(behaviour.itlMs, random);
  return sumMs;
}

function pings(voice: Voice, untilMs: number): TimedFrame[] {
  const { pingMs } = voice.behaviour;
  const count = pingMs > 0 ? Math.ceil(untilMs / pingMs) - 1 : 0;
  const frame = voice.script.ping;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    return { atMs: (index + 1) * pingMs, frame, joinsNext: false };
  });
}

function addContent(
  frames: TimedFrame[],
  voice: Voice,
  content: readonly Frame[],
  timesMs: readonly number[],
): void {
  const { commentEvery, eventsPerWrite } = voice.behaviour;
  const comment = commentEvery > 0 ? voice.events.comment('keep-alive') : null;
  for (const [index, frame] of content.entries()) {
    const atMs = timesMs[index] ?? 0;
    if (comment && (index + 1) % commentEvery === 0) frames.push({ atMs, frame: comment, joinsNext: true });
    const endsWrite = (index + 1) % eventsPerWrite === 0 || index === content.length - 1;
    frames.push({ atMs, frame, joinsNext: !endsWrite });
  }
}
