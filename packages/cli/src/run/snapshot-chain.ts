/** Some snapshots that follow each other in an epoch, as one log has them. */
export interface SnapshotSpan {
  /** Sequences of the first and of the last of them. */
  readonly from: number;
  readonly to: number;
  /** Which log. */
  readonly source: number;
}

/**
 * Spans that cover an epoch from its first snapshot on, each exactly once, as far as any choice of them does. What is in
 * several logs is taken of one; a span that covers what others cover only in part is left out where it must be.
 */
export function longestChain(spans: readonly SnapshotSpan[]): readonly SnapshotSpan[] {
  const best = new Map<number, { readonly span: SnapshotSpan; readonly reach: number }>();
  for (const span of spans.toSorted((a, b) => b.from - a.from)) {
    const reach = best.get(span.to + 1)?.reach ?? span.to;
    if (reach > (best.get(span.from)?.reach ?? 0)) best.set(span.from, { span, reach });
  }
  const chain: SnapshotSpan[] = [];
  for (let found = best.get(1); found !== undefined; found = best.get(found.span.to + 1))
    chain.push(found.span);
  return chain;
}
