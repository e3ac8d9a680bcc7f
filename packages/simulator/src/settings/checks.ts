/** What is wrong with settings: the message names the key. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Returns a setting as what it has to be. Throws `SettingsError`. */
export type Check<T> = (value: unknown, key: string) => T;

/** Throws `SettingsError`: this key must be `wanted`. */
export function refuse(key: string, wanted: string): never {
  throw new SettingsError(`${key}: must be ${wanted}`);
}

export function entriesOf(value: unknown, key: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(key, 'an object');
  return Object.entries(value);
}

export function nonNegative(value: unknown, key: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    refuse(key, 'a number of at least 0');
  return value;
}

export function aboveZero(value: unknown, key: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) refuse(key, 'a number above 0');
  return value;
}

/** Whole numbers from 0. */
export function wholeNumber(value: unknown, key: string): number {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  return isWhole ? value : refuse(key, 'a whole number of at least 0');
}

/** Whole numbers from 1. */
export function positiveWhole(value: unknown, key: string): number {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
  return isWhole ? value : refuse(key, 'a whole number of at least 1');
}

export function flag(value: unknown, key: string): boolean {
  return typeof value === 'boolean' ? value : refuse(key, 'true or false');
}

export function oneOf<T extends string>(...allowed: readonly T[]): Check<T> {
  return (value, key) =>
    allowed.find((word) => word === value) ?? refuse(key, `one of ${allowed.join(', ')}`);
}

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, key) => (value === null ? null : check(value, key));
}

export function strings(value: unknown, key: string): readonly string[] {
  if (!Array.isArray(value)) refuse(key, 'a list of names');
  return value.map((item: unknown) => (typeof item === 'string' ? item : refuse(key, 'a list of names')));
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
