import { expect } from 'vitest';
import { OneOf } from './generator-history.ts';
import type { Row } from './grafana-rows.ts';

/** Sums of floating-point numbers differ in their last bits by the order in which they were added. */
const relativeError = 1e-9;

/** The rows of an answer are these, in whatever order, and have nothing else but a time that nobody asked about. */
export function expectRows(answered: readonly Row[], expected: readonly Row[]): void {
  const isTimed = expected.some((row) => 'time' in row);
  const found = answered.map(({ time, ...row }) => (isTimed ? { time, ...row } : row));
  expect(found.map(keyOf).toSorted()).toEqual(expected.map(keyOf).toSorted());
  const byKey = new Map(found.map((row) => [keyOf(row), row]));
  for (const row of expected) {
    const other: Row = byKey.get(keyOf(row)) ?? {};
    expect(Object.keys(other).toSorted()).toEqual(Object.keys(row).toSorted());
    const wrong = Object.entries(row).filter(([name, value]) => !isSame(other[name], value));
    expect(wrong.map(([name, value]) => ({ row: keyOf(row), name, value, found: other[name] }))).toEqual([]);
  }
}

/** What tells a row from the others: its times and texts. */
function keyOf(row: Row): string {
  const entries = Object.entries(row).filter(
    ([name, value]) => name === 'time' || name === 'elapsed_s' || typeof value === 'string',
  );
  return JSON.stringify(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function isSame(found: unknown, expected: unknown): boolean {
  if (expected instanceof OneOf) return [...expected.values].some((value) => isSame(found, value));
  if (typeof found !== 'number' || typeof expected !== 'number') return found === expected;
  return Math.abs(found - expected) <= relativeError * Math.max(Math.abs(found), Math.abs(expected));
}
