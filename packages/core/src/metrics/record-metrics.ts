import type { RequestRecord } from '../record.ts';
import type { Slo } from '../scenario/scenario.ts';

/** The part of a run that counts: `[startMs, endMs)` from the run's start. `endMs` is Infinity where the end is not known beforehand. */
export interface MeasuredWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** Share of a token total that may be reasoning nobody saw before a time per token counts as unknown. */
const hiddenShareTolerated = 0.1;

/** First content minus the successful attempt's start, ms; `undefined` unless the request completed and was streamed. */
export function ttftOf(record: RequestRecord): number | undefined {
  return isCompletedStream(record) ? since(attemptStartMs(record), record.firstTokenMs) : undefined;
}

/** First content of the answer itself minus the successful attempt's start, ms; `undefined` without an answer. */
export function ttfoOf(record: RequestRecord): number | undefined {
  return isCompletedStream(record) ? since(attemptStartMs(record), record.firstAnswerMs) : undefined;
}

/** First body byte minus the successful attempt's start, ms, streamed or not. */
export function ttfbOf(record: RequestRecord): number | undefined {
  return record.outcome === 'completed' ? since(attemptStartMs(record), record.firstByteMs) : undefined;
}

/** Last content minus the successful attempt's start, ms; the end of the body where the response was not streamed. */
export function e2eOf(record: RequestRecord): number | undefined {
  const lastMs = lastContentMs(record);
  return lastMs === undefined ? undefined : lastMs - attemptStartMs(record);
}

/** The same for a request whose first attempt succeeded; `undefined` for one that was retried. */
export function e2eFirstAttemptOf(record: RequestRecord): number | undefined {
  return record.attempts.length === 1 ? e2eOf(record) : undefined;
}

/** Last content minus the first attempt's start, ms: failed attempts and the waits between them are inside. */
export function e2eLogicalOf(record: RequestRecord): number | undefined {
  const lastMs = lastContentMs(record);
  return lastMs === undefined ? undefined : lastMs - record.attempts[0]!.startMs;
}

/** When the last content of a completed request arrived, ms from the run's start. */
export function lastContentMs(record: RequestRecord): number | undefined {
  if (record.outcome !== 'completed') return undefined;
  return record.streamed ? record.lastTokenMs : record.endMs;
}

/**
 * Mean time per output token after the first, ms: (last content - first content) / (N - n1), with N the tokens that
 * were streamed and n1 those that came with the first stamp. `undefined` unless the request completed and was
 * streamed, where N - n1 is below 1, where all content shares one stamp (then n1 is N), and where N is unknown.
 */
export function tpotOf(record: RequestRecord): number | undefined {
  if (!isCompletedStream(record)) return undefined;
  const durationMs = since(record.firstTokenMs, record.lastTokenMs);
  const tokens = streamedTokens(record);
  if (durationMs === undefined || durationMs <= 0 || tokens === undefined) return undefined;
  const laterTokens = tokens - record.firstEventTokens;
  return laterTokens < 1 ? undefined : durationMs / laterTokens;
}

/**
 * Output tokens that were really streamed. Reasoning that was billed and never streamed is subtracted; where some of it
 * was, the tokens of each event decide if the provider gives them, else the events do: when reasoning came in events
 * as large as the answer's it was all there, when more than a tenth of all tokens has no event, the number is unknown.
 * Where the provider does not say how much was reasoning, all of it was there only if nearly each token has an event.
 */
export function streamedTokens(record: RequestRecord): number | undefined {
  const { outputTokens, reasoningTokens = 0, uncountedReasoning } = record.usage;
  if (outputTokens === undefined) return undefined;
  if (uncountedReasoning) return hasEventForEachToken(record, outputTokens) ? outputTokens : undefined;
  if (reasoningTokens === 0) return outputTokens;
  if (record.reasoningEvents === 0) return outputTokens - reasoningTokens;
  if (record.eventTokens.length > 0 && record.eventTokens.length === record.contentEvents) {
    return record.eventTokens.reduce((sum, tokens) => sum + tokens, 0);
  }
  return isReasoningShown(record, outputTokens, reasoningTokens) ? outputTokens : undefined;
}

/**
 * Times between tokens, ms: each gap divided by the tokens of the event that ended it and given once per token, where
 * the provider tells every event's tokens; else the gaps as they are. A gap before an event without tokens is added to
 * the next one.
 */
export function tokenGapsMs(record: RequestRecord): readonly number[] {
  const { chunkGapsMs, eventTokens } = record;
  if (eventTokens.length === 0 || eventTokens.length !== chunkGapsMs.length + 1) return chunkGapsMs;
  const gapsMs: number[] = [];
  let waitedMs = 0;
  for (let index = 0; index < chunkGapsMs.length; index++) {
    const tokens = eventTokens[index + 1]!;
    waitedMs += chunkGapsMs[index]!;
    for (let token = 0; token < tokens; token++) gapsMs.push(waitedMs / tokens);
    if (tokens > 0) waitedMs = 0;
  }
  return gapsMs;
}

/**
 * Whether a request completed and kept to every limit of the SLO (a value equal to its limit keeps to it). Without a
 * time per token it passes `tpotMs`; without a time to first token (not streamed) it fails `ttftMs`.
 */
export function isGood(record: RequestRecord, slo: Slo): boolean {
  if (record.outcome !== 'completed') return false;
  return (
    (slo.ttftMs === undefined || (ttftOf(record) ?? Infinity) <= slo.ttftMs) &&
    (slo.tpotMs === undefined || (tpotOf(record) ?? 0) <= slo.tpotMs) &&
    (slo.e2eMs === undefined || (e2eOf(record) ?? Infinity) <= slo.e2eMs)
  );
}

/** Share (0..1) of a request's content that arrived inside the window, by arrivals; a body that was not streamed arrives at its end. */
export function shareInWindow(record: RequestRecord, window: MeasuredWindow): number {
  const { firstTokenMs, lastTokenMs } = record;
  if (!record.streamed || firstTokenMs === undefined) return isInside(record.endMs, window) ? 1 : 0;
  if (firstTokenMs >= window.startMs && (lastTokenMs ?? record.endMs) < window.endMs) return 1;
  let arrivedMs = firstTokenMs;
  let inside = isInside(arrivedMs, window) ? 1 : 0;
  for (const gapMs of record.chunkGapsMs) {
    arrivedMs += gapMs;
    if (isInside(arrivedMs, window)) inside++;
  }
  return inside / (record.chunkGapsMs.length + 1);
}

/** Whether an instant lies inside the window. */
export function isInside(instantMs: number, window: MeasuredWindow): boolean {
  return instantMs >= window.startMs && instantMs < window.endMs;
}

/** Whether a request completed and its response was streamed: only then do the times of single tokens exist. */
export function isCompletedStream(record: RequestRecord): boolean {
  return record.streamed && record.outcome === 'completed';
}

/** Start of the last attempt, which is the successful one of a completed request; ms from the run's start. There must be one. */
export function attemptStartMs(record: RequestRecord): number {
  return record.attempts[record.attempts.length - 1]!.startMs;
}

/** Time from one instant to another, ms; `undefined` where one of them did not happen. */
export function since(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : toMs - fromMs;
}

/** An event has one token at least, so events for (nearly) all tokens leave (nearly) none for reasoning that nobody saw. */
function hasEventForEachToken({ contentEvents }: RequestRecord, outputTokens: number): boolean {
  return outputTokens - contentEvents <= hiddenShareTolerated * outputTokens;
}

function isReasoningShown(record: RequestRecord, outputTokens: number, reasoningTokens: number): boolean {
  const answerEvents = record.contentEvents - record.reasoningEvents;
  const answerTokens = outputTokens - reasoningTokens;
  const tokensPerEvent = answerEvents > 0 ? Math.max(answerTokens / answerEvents, 1) : 1;
  const hiddenTokens = reasoningTokens - record.reasoningEvents * tokensPerEvent;
  return hiddenTokens <= hiddenShareTolerated * outputTokens;
}
