import { parseDuration } from '@tokenstorm/core';
import { parseDurationFlag } from './duration-flag.ts';
import type { Flag } from './flag.ts';
import type { FlagValues } from './flag-values.ts';

/** A time that runs started at or after: so long ago, or ms since the epoch. */
export type Since = { readonly agoMs: number; readonly epochMs?: undefined } | { readonly epochMs: number };

const date = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** A time that a flag names: a length before now (`7d`), or a date of this time zone (`2026-11-21`). Notes what is neither. */
export function readSince(values: FlagValues, name: Flag['name']): Since | undefined {
  const text = values.text(name)?.trim();
  if (text === undefined) return undefined;
  const agoMs = parseDuration(parseDurationFlag(text) ?? '');
  if (agoMs !== undefined) return { agoMs };
  // A date alone would be one of UTC.
  const epochMs = date.test(text) ? Date.parse(/[T ]/.test(text) ? text : `${text}T00:00`) : Number.NaN;
  if (Number.isFinite(epochMs)) return { epochMs };
  return values.problem(`${name} ${text}: expected a length of time (7d, 12h) or a date (2026-11-21)`);
}
