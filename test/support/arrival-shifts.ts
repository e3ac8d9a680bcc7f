import type { Truth } from './truth.ts';

/** How much later each request came in one run than in another, both counted from their first one. */
export function arrivalShiftsMs(one: readonly Truth[], other: readonly Truth[]): readonly number[] {
  const [offsets, others] = [offsetsByBody(one), offsetsByBody(other)];
  return [...offsets].flatMap(([hash, offsetsMs]) =>
    offsetsMs.map((offsetMs, index) => (others.get(hash)?.[index] ?? NaN) - offsetMs),
  );
}

/** The two regions may ask the same question: their requests are matched in the order in which they came. */
function offsetsByBody(truth: readonly Truth[]): ReadonlyMap<string, readonly number[]> {
  const startMs = truth[0]?.received_at_ms ?? NaN;
  const offsets = new Map<string, number[]>();
  for (const { body_hash, received_at_ms } of truth) {
    offsets.set(body_hash, [...(offsets.get(body_hash) ?? []), received_at_ms - startMs]);
  }
  return offsets;
}
