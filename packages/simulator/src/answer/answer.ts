import type { FaultKind } from '../settings/fault.ts';
import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { Random } from '../settings/random.ts';
import type { SentUsage } from '../truth/truth-usage.ts';
import type { CompletionRequest } from './completion-request.ts';
import type { PlannedWrite } from './write-plan.ts';

/** What becomes of the connection after the last write: it serves the next request, ends (FIN), is reset (RST), or stays silent. */
export type AnswerEnding = 'keep' | 'close' | 'reset' | 'stall';

/** Everything that will be written for a request, and when. */
export interface Answer {
  /** 0 where nothing is written. */
  readonly statusCode: number;
  readonly writes: readonly PlannedWrite[];
  readonly ending: AnswerEnding;
  readonly usage: SentUsage | null;
}

/** What an answer depends on beside the model's voice. */
export interface AnswerOrder {
  readonly request: CompletionRequest;
  /** The record's id. */
  readonly id: string;
  /** Header lines of this answer: its id, and what the rate limits say. */
  readonly headers: readonly string[];
  readonly fault: FaultKind | null;
  readonly random: Random;
  /** The client asked for the end of the connection. */
  readonly closes: boolean;
}

/** How the connection ends after an answer to this order. */
export function endingOf(behaviour: ModelBehaviour, { fault, closes }: AnswerOrder): AnswerEnding {
  if (fault === 'reset_after') return 'reset';
  if (fault === 'stall') return 'stall';
  return closes || fault === 'cut' || fault === 'close' || behaviour.framing === 'close' ? 'close' : 'keep';
}

/** Whether the answer stops in the middle of the HTTP body that its head announced. */
export function stopsInside(fault: FaultKind | null): boolean {
  return fault === 'reset_after' || fault === 'stall' || fault === 'cut';
}

/** The header lines that every answer has. */
export function commonHeaders(behaviour: ModelBehaviour, order: AnswerOrder): string[] {
  const closes = order.fault !== 'cut' && endingOf(behaviour, order) === 'close';
  return [...order.headers, `connection: ${closes ? 'close' : 'keep-alive'}`];
}
