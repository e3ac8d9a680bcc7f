/**
 * A whole number split in proportion to weights (at least 0, not all 0; they need not sum to 1) by the largest
 * remainder: each part is its exact share rounded down or up, and the parts sum to the total. Of equal remainders
 * the earlier one is rounded up.
 */
export function splitByWeight(total: number, weights: readonly number[]): number[] {
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => (total * weight) / weightSum);
  const parts = shares.map((share) => Math.floor(share));
  const left = total - parts.reduce((sum, part) => sum + part, 0);
  const remainder = (position: number) => (shares[position] ?? 0) - (parts[position] ?? 0);
  const byRemainder = [...parts.keys()].toSorted((a, b) => remainder(b) - remainder(a));
  for (const position of byRemainder.slice(0, left)) parts[position] = (parts[position] ?? 0) + 1;
  return parts;
}
