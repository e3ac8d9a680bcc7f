import type { TokenUsage } from '@tokenstorm/core';

/** What is known of an attempt before it is sent. */
export interface AdmissionAsk {
  readonly nowMs: number;
  /** Estimated from the prompt. */
  readonly inputTokens: number;
  /** The request's own limit of output tokens, where it has one. */
  readonly maxTokens: number | undefined;
}

/** What an attempt waited for before it was sent. */
export interface AdmissionWaits {
  /** For permits of the provider's token buckets and for the run's budget; `undefined` where it has neither. */
  readonly rateLimitMs: number | undefined;
  /** For a place under `max_concurrency`. */
  readonly concurrencyMs: number;
}

/** Gives the wait for admission up, and says what it was for. Once, and only while it lasts. */
export type CancelWait = (nowMs: number) => AdmissionWaits;

/** What is known of an attempt when it is over. */
export interface AdmissionEnd {
  readonly atMs: number;
  /** Answered in full; refused by the server for too much load (429); or anything else. */
  readonly ending: 'answered' | 'refused' | 'cut';
  /** The server did nothing for it that anybody bills: it was never written, or refused before any work. Absent where that is not sure. */
  readonly noWork?: 'unsent' | 'refused';
  /** The response came to its own end, so that its counts are all there are; default: false. */
  readonly isWhole?: boolean;
  /** The provider's own counts, where it gave them. */
  readonly usage: TokenUsage | undefined;
  /** Response headers by lower-case name. */
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** The right to send one attempt. */
export interface Admitted extends AdmissionWaits {
  /** Monotonic ms of the moment when the last permit was due: not of the one when that was noticed. */
  readonly atMs: number;
  /** The attempt is over: gives its place back and settles what it took from the buckets. Once. */
  leave(end: AdmissionEnd): void;
}

/**
 * The way to a target: a place among the requests under way (`max_concurrency`), permits of the provider's token
 * buckets, and a part of the run's budget, in this order. Each attempt passes it by itself, a retry too.
 */
export interface Admission {
  /**
   * Calls back at once, before this returns, where nothing is in the way; else when everything is there, in order of asking. What
   * the budget's answers overtake on their way may pass before what asked earlier.
   */
  enter(ask: AdmissionAsk, onAdmitted: (admitted: Admitted) => void): CancelWait | undefined;
}
