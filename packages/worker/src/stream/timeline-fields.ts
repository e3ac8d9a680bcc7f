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
  | 'finishReason'
>;

/** Characters that are taken for one token where nobody counts them. */
const charactersPerToken = 4;

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
    usageSource: timeline.usage?.outputTokens === undefined ? 'estimated' : 'provider',
  };
}

function fullUsage(timeline: ResponseTimeline, promptCharacters: number | undefined): TokenUsage {
  const { usage = {}, characters } = timeline;
  const inputTokens = usage.inputTokens ?? estimate(promptCharacters);
  const outputTokens = usage.outputTokens ?? Math.ceil(characters / charactersPerToken);
  return { ...usage, ...(inputTokens === undefined ? {} : { inputTokens }), outputTokens };
}

function estimate(characters: number | undefined): number | undefined {
  return characters === undefined ? undefined : Math.ceil(characters / charactersPerToken);
}
