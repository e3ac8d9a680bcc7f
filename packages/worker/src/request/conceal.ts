import { referencedNames } from '@tokenstorm/core';
import type { Environment, Scenario } from '@tokenstorm/core';

/** Gives a text back without the secrets that a run sends. */
export type Conceal = (text: string) => string;

const redacted = '[redacted]';
/** Shorter values are words, such as the name of a tenant: without them no message could be read. */
const leastLength = 6;
/** What a cut left of a secret is hidden too, from so many characters on. */
const leastRest = 4;

/**
 * Hides the values of the environment variables that a scenario's keys, headers and queries refer to: a server may send
 * back anything that it was sent. They are found as they are and as URLs and JSON spell them, and at the end of a text
 * where only a part of them is left. Values of less than 6 characters stay.
 */
export function concealing(
  scenario: Pick<Scenario, 'targets' | 'workloads'>,
  environment: Environment,
): Conceal {
  const values = secretNames(scenario).map((name) => environment[name] ?? '');
  const spellings = values.filter((value) => value.length >= leastLength).flatMap(spellingsOf);
  let latest = { text: '', clean: '' };
  return (text) => {
    // Thousands of failures in a second mostly say the same.
    if (text !== latest.text) latest = { text, clean: withoutRest(withoutWhole(text, spellings), spellings) };
    return latest.clean;
  };
}

function secretNames({ targets, workloads }: Pick<Scenario, 'targets' | 'workloads'>): readonly string[] {
  const texts = [
    ...targets.flatMap(({ apiKey = '', headers, query }) => [
      apiKey,
      ...Object.values(headers),
      ...Object.values(query),
    ]),
    ...workloads.flatMap(({ headers }) => Object.values(headers)),
  ];
  return [...new Set(texts.flatMap(referencedNames))];
}

/** The longest first, so that none is hidden by halves. */
function spellingsOf(secret: string): readonly string[] {
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const all = new Set([secret, encodeURI(secret), encodeURIComponent(secret), inForm, inJson]);
  return [...all].toSorted((a, b) => b.length - a.length);
}

function withoutWhole(text: string, spellings: readonly string[]): string {
  return spellings.reduce((clean, spelling) => clean.replaceAll(spelling, redacted), text);
}

function withoutRest(text: string, spellings: readonly string[]): string {
  const body = text.replace(/…$/, '');
  const rest = Math.max(0, ...spellings.map((spelling) => restLength(body, spelling)));
  return rest === 0 ? text : body.slice(0, -rest) + redacted;
}

/** How many of a secret's first characters end the text; 0 where these are too few to tell. */
function restLength(text: string, spelling: string): number {
  for (let length = spelling.length - 1; length >= leastRest; length--) {
    if (text.endsWith(spelling.slice(0, length))) return length;
  }
  return 0;
}
