/** What the simulator's log says of one attempt at a request. */
export interface TruthAttempt {
  readonly body_hash: string;
  readonly received_at_ms: number;
  readonly last_write_at_ms: number | null;
  readonly last_content_at_ms: number | null;
}

/** The log by requests, each with its attempts in order, where no two requests have the same body. */
export function attemptsOf<Attempt extends TruthAttempt>(
  truth: readonly Attempt[],
): readonly (readonly Attempt[])[] {
  return [...Map.groupBy(truth, (attempt) => attempt.body_hash).values()];
}

/** From the last write of each attempt's answer until the next one was received, ms: what the client waited, and the network. */
export function gapsMs(attempts: readonly TruthAttempt[]): readonly number[] {
  return attempts
    .slice(1)
    .map((next, index) => next.received_at_ms - (attempts[index]?.last_write_at_ms ?? Number.NaN));
}

/** From the reception of one attempt to the last content of the last one, ms. */
export function lastContentAfterMs(
  attempts: readonly TruthAttempt[],
  from: TruthAttempt | undefined,
): number {
  return (attempts.at(-1)?.last_content_at_ms ?? Number.NaN) - (from?.received_at_ms ?? Number.NaN);
}
