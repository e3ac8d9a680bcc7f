/** Plain JSON. */
export type Fact = string | number | boolean | null | readonly Fact[] | FactRecord;
export interface FactRecord {
  readonly [key: string]: Fact;
}

/** A value as plain JSON: keys in snake_case, every text through `textOf`, what is undefined or empty left out. */
export function plainFacts(value: unknown, textOf: (text: string) => string): Fact {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => plainFacts(one, textOf));
  if (typeof value !== 'object') return null;
  const entries = Object.entries(value).filter(([, one]) => !isNothing(one));
  return Object.fromEntries(entries.map(([key, one]) => [snakeCase(key), plainFacts(one, textOf)]));
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
