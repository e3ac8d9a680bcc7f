import { tiersOf } from '@tokenstorm/core';
import type { Tier } from '@tokenstorm/core';
import { succeeded } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';

/** A call of a benchmark that has just run. */
export interface BenchmarkCall extends Call {
  /** Of its prompt. */
  readonly label: string;
  /** From 1. */
  readonly instance: number;
  readonly tier: Tier | null;
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
