import { estimatedTokens } from '@tokenstorm/core';
import type { RequestRecord, TokenUsage } from '@tokenstorm/core';
import type { ResponseTimeline } from './response-timeline.ts';

/** The part of a record that the response body tells. */
export type TimelineFields = Pick<
  RequestRecord,
  | 'firstByteMs'
  | 'firstTokenMs'
  | 'firstAnswerMs'
  | 'lastTokenMs'
  | 'chunkGapsMs'
  | 'contentEvents'
  | 'firstEventTokens'
  | 'eventTokens'
  | 'reasoningEvents'
  | 'usage'
  | 'usageSource'
  | 'inputSource'
  | 'finishReason'
>;

/**
 * The fields of a request's record that its response body tells. `originMs` is the run's start on the clock of the
 * stamps. Token counts that the provider does not give are estimated from characters: those of the content for the
 * output (the source is `estimated` then), `promptCharacters`, where given, for the input.
 */
export function timelineFields(
  timeline: ResponseTimeline,
  { originMs, promptCharacters }: { readonly originMs: number; readonly promptCharacters?: number },
): TimelineFields {
  const { firstByteMs, firstTokenMs, firstAnswerMs, lastTokenMs, finishReason } = timeline;
  return {
    ...(firstByteMs === undefined ? {} : { firstByteMs: firstByteMs - originMs }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs: firstTokenMs - originMs }),
    ...(firstAnswerMs === undefined ? {} : { firstAnswerMs: firstAnswerMs - originMs }),
    ...(lastTokenMs === undefined ? {} : { lastTokenMs: lastTokenMs - originMs }),
    ...(finishReason === undefined ? {} : { finishReason }),
    chunkGapsMs: timeline.gapsMs,
    contentEvents: timeline.contentEvents,
    firstEventTokens: timeline.firstEventTokens(),
    eventTokens: timeline.eventTokens(),
    reasoningEvents: timeline.reasoningEvents,
    usage: fullUsage(timeline, promptCharacters),
    ...usageSources(timeline, promptCharacters !== undefined),
  };
}

function fullUsage(timeline: ResponseTimeline, promptCharacters: number | undefined): TokenUsage {
  const { usage = {}, characters } = timeline;
  const inputTokens =
    usage.inputTokens ?? (promptCharacters === undefined ? undefined : estimatedTokens(promptCharacters));
  const outputTokens = usage.outputTokens ?? estimatedTokens(characters);
  return { ...usage, ...(inputTokens === undefined ? {} : { inputTokens }), outputTokens };
}

function usageSources(
  { usage }: ResponseTimeline,
  hasPrompt: boolean,
): Pick<RequestRecord, 'usageSource' | 'inputSource'> {
  const usageSource = usage?.outputTokens === undefined ? 'estimated' : 'provider';
  const inputSource = usage?.inputTokens === undefined ? 'estimated' : 'provider';
  const isUnknown = inputSource === 'estimated' && !hasPrompt;
  return isUnknown || inputSource === usageSource ? { usageSource } : { usageSource, inputSource };
}
