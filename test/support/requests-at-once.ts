/** When a server had a request: from its reception to the end of its answer, ms; `null` while it is open. */
interface Stay {
  readonly received_at_ms: number;
  readonly end_at_ms: number | null;
}

/** The most requests that a server had at once. */
export function mostAtOnce(stays: readonly Stay[]): number {
  const changes = stays.flatMap(({ received_at_ms: from, end_at_ms: to }) => [
    { atMs: from, change: 1 },
    { atMs: to ?? Infinity, change: -1 },
  ]);
  let present = 0;
  let most = 0;
  // Whoever leaves at the moment in which another comes has left before.
  for (const { change } of changes.toSorted((a, b) => a.atMs - b.atMs || a.change - b.change)) {
    present += change;
    most = Math.max(most, present);
  }
  return most;
}
