import type { RequestFailure } from '@tokenstorm/core';
import { redact } from '@tokenstorm/providers';
import type { ResponseTimeline } from './response-timeline.ts';

/**
 * Why a response whose body came to a clean end failed all the same, the first that applies; `undefined` where it is
 * complete:
 * - the error it told of itself (`stream-error`, `protocol`); every occurrence of `secret` in its message is redacted;
 * - `content-filter`: a filter stopped it, with or without content before;
 * - `stream-truncated`: neither a finish reason nor the end mark came;
 * - `empty`: it finished without any content, and its usage does not tell of output tokens either. Reasoning alone and
 *   tool calls alone are content; output that was billed and never shown (hidden reasoning up to the limit) is no failure.
 */
export function failureOf(timeline: ResponseTimeline, secret?: string): RequestFailure | undefined {
  const { error, finishReason } = timeline;
  if (error !== undefined) return { kind: error.kind, message: redact(error.message, secret).slice(0, 300) };
  if (finishReason === 'content-filter') {
    return { kind: 'content-filter', message: 'a content filter stopped the response' };
  }
  if (finishReason === undefined && !timeline.hasEnded) {
    return { kind: 'stream-truncated', message: 'the stream ended without a finish reason or an end mark' };
  }
  const isEmpty = timeline.contentEvents === 0 && (timeline.usage?.outputTokens ?? 0) === 0;
  return isEmpty ? { kind: 'empty', message: 'the response finished without any content' } : undefined;
}
