import { tiersOf } from '@tokenstorm/core';
import type { Tier } from '@tokenstorm/core';

/** Columns of the CSV file, in their order; times in seconds. */
export const callColumns = [
  'timestamp',
  'connection_time',
  'time_to_first_token',
  'time_to_completion',
  'first_token_latency',
  'tokens_per_second',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'status',
  'error_message',
] as const;

/** The columns that hold a number. */
export const callFigures = [
  'connection_time',
  'time_to_first_token',
  'time_to_completion',
  'first_token_latency',
  'tokens_per_second',
  'input_tokens',
  'output_tokens',
  'total_tokens',
] as const satisfies (typeof callColumns)[number][];

export type CallFigure = (typeof callFigures)[number];

/** One call as the files have it; times in seconds, `null` for what is unknown. */
export interface Call extends Readonly<Record<CallFigure, number | null>> {
  /** Its start, ISO 8601, UTC. */
  readonly timestamp: string;
  /** `success`, `error` or `cancelled`; in files of other tools any word. */
  readonly status: string;
  readonly error_message: string | null;
}

/** A call of a benchmark that has just run. */
export interface BenchmarkCall extends Call {
  /** Of its prompt. */
  readonly label: string;
  /** From 1. */
  readonly instance: number;
  readonly tier: Tier | null;
}

export function succeeded({ status }: Call): boolean {
  return status === 'success';
}

/** The worse of the tiers of its TTFT and its rate of tokens; `null` for a call that failed. */
export function tierOf(call: Call): Tier | null {
  if (!succeeded(call)) return null;
  const { time_to_first_token: ttft, tokens_per_second: rate } = call;
  return tiersOf({
    ...(ttft !== null && { ttftMs: ttft * 1000 }),
    ...(rate !== null && { tokensPerSecond: rate }),
  }).overall;
}
