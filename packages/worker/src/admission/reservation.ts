import type { LimitAmounts, TokenUsage } from '@tokenstorm/core';
import type { AdmissionEnd } from './admission.ts';

/** What an attempt takes from the buckets before it is sent. */
export interface Reservation {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The output is the request's own limit, not a guess at what the answer will have. */
  readonly isLimit: boolean;
}

/** The amounts of a reservation, by bucket. */
export function reservedAmounts({ inputTokens, outputTokens }: Reservation): LimitAmounts {
  return {
    requests: 1,
    tokens: inputTokens + outputTokens,
    'input-tokens': inputTokens,
    'output-tokens': outputTokens,
  };
}

/**
 * What the buckets are still owed (positive), or get back (negative), once an attempt is over.
 *
 * A refused attempt consumed no tokens: they come back; the request itself counts, as servers count it. An attempt that
 * was cut off keeps what it took: nobody says what it consumed. An answer is charged by the provider's own counts: the
 * input both ways, the output both ways where it has a bucket of its own. In the bucket of input and output together an
 * output limit comes back only where it was exceeded upwards: such providers count the limit when the request arrives.
 */
export function settledAmounts(reservation: Reservation, { ending, usage }: AdmissionEnd): LimitAmounts {
  const { inputTokens, outputTokens, isLimit } = reservation;
  if (ending === 'refused') {
    return {
      tokens: -inputTokens - outputTokens,
      'input-tokens': -inputTokens,
      'output-tokens': -outputTokens,
    };
  }
  if (ending === 'cut' || usage === undefined) return {};
  const { input, output } = excessOf(reservation, usage);
  return {
    tokens: input + (isLimit ? Math.max(0, output) : output),
    'input-tokens': input,
    'output-tokens': output,
  };
}

/** Tokens by which the counts are above what was reserved, or below it; 0 where the provider says nothing. */
function excessOf({ inputTokens, outputTokens }: Reservation, usage: TokenUsage) {
  return {
    input: (usage.inputTokens ?? inputTokens) - inputTokens,
    output: (usage.outputTokens ?? outputTokens) - outputTokens,
  };
}

/** The amounts above 0 and what they are of: tokens that were used before they were charged. */
export function debtOf(amounts: LimitAmounts, limited: LimitAmounts): number {
  const debts = (['tokens', 'input-tokens', 'output-tokens'] as const).map((dimension) =>
    limited[dimension] === undefined ? 0 : Math.max(0, amounts[dimension] ?? 0),
  );
  const [together = 0, input = 0, output = 0] = debts;
  return Math.max(together, input + output);
}

/** The same amounts, given back. */
export function givenBack(amounts: LimitAmounts): LimitAmounts {
  return Object.fromEntries(Object.entries(amounts).map(([dimension, amount]) => [dimension, -amount]));
}
