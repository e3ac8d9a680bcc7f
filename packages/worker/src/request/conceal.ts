import type { Environment, Scenario } from '@tokenstorm/core';
import { SecretParts } from './secret-parts.ts';
import type { Range } from './secret-parts.ts';
import { secretValues } from './secret-values.ts';
import { spellingsOf } from './spellings.ts';
import { unescaped } from './unescaped.ts';
import type { Unescaped } from './unescaped.ts';

/** Gives a text back without the secrets that a run sends. */
export type Conceal = (text: string) => string;

const redacted = '[redacted]';
/** Shorter values are words, such as the name of a tenant: without them no message could be read. */
const leastLength = 6;
/** Levels of escapes that are looked through: a URL in JSON in a text has two. */
const mostLevels = 3;

/**
 * Hides the secrets of a scenario (see `secretValues`), because a server may send back anything that it was sent. They are
 * found as they are, in other spellings (see `spellingsOf`), behind up to 3 levels of escapes, and where only a part of them
 * is left: 8 characters anywhere, or the first 4 at the end of a text. Values of less than 6 characters stay.
 */
export function concealing(
  scenario: Pick<Scenario, 'targets' | 'workloads'>,
  environment: Environment,
): Conceal {
  const values = secretValues(scenario, environment).filter((value) => value.length >= leastLength);
  if (values.length === 0) return (text) => text;
  const spellings = [...new Set(values.flatMap(spellingsOf))].filter(({ length }) => length >= leastLength);
  const parts = new SecretParts(spellings);
  let latest = { text: '', clean: '' };
  return (text) => {
    // Thousands of failures in a second mostly say the same.
    if (text !== latest.text) {
      latest = { text, clean: withoutRest(withoutRanges(text, rangesIn(text, parts)), parts) };
    }
    return latest.clean;
  };
}

function rangesIn(text: string, parts: SecretParts): Range[] {
  const ranges = parts.in(text);
  let level: Unescaped = { text, offsets: [] };
  for (let depth = 0; depth < mostLevels; depth++) {
    const inner = unescaped(level.text);
    if (inner === undefined) break;
    const outer = depth === 0 ? undefined : level.offsets;
    const offsets = outer === undefined ? inner.offsets : inner.offsets.map((at) => outer[at] ?? 0);
    level = { text: inner.text, offsets };
    for (const [start, end] of parts.in(level.text)) ranges.push([offsets[start] ?? 0, offsets[end] ?? 0]);
  }
  return ranges;
}

function withoutRanges(text: string, ranges: readonly Range[]): string {
  let clean = '';
  let end = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    // The same secret goes on.
    if (from < end) {
      end = Math.max(end, to);
      continue;
    }
    clean += text.slice(end, from) + redacted;
    end = to;
  }
  return clean + text.slice(end);
}

function withoutRest(text: string, parts: SecretParts): string {
  const body = text.replace(/…$/, '');
  const rest = parts.restLength(body);
  return rest === 0 ? text : body.slice(0, -rest) + redacted;
}
