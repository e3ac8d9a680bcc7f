import { didYouMean } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';

/** Paths of completions that stand beside `/models` in every dialect. */
const operation = /\/(?:chat\/completions|completions|responses|messages)$/;
/** As much of a name from a server as is shown, and as many of them. */
const shownCharacters = 80;
const shownNames = 8;
/** Beyond so many names the search for a similar one takes too long. */
const searchedNames = 10_000;

/** Where the server of a request lists its models, or describes one; `undefined` where its path is not of the usual form. */
export function modelsRequest(completion: HttpRequest, model?: string): HttpRequest | undefined {
  const url = new URL(completion.url);
  if (!operation.test(url.pathname)) return undefined;
  const name = model === undefined ? '' : `/${encodeURIComponent(model)}`;
  url.pathname = url.pathname.replace(operation, () => `/models${name}`);
  const { 'content-type': _, ...headers } = completion.headers;
  return { method: 'GET', url, headers: { ...headers, accept: 'application/json' }, body: '' };
}

/** The names in a list of models (`{"data": [{"id": …}]}`); `undefined` where the body is none. */
export function modelNames(body: string): readonly string[] | undefined {
  const list = jsonOf(body);
  const data: unknown = typeof list === 'object' && list !== null && 'data' in list ? list.data : undefined;
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string'
      ? [entry.id]
      : [],
  );
}

/** Whether a body describes a model, as the answer to the question for one; some servers answer any path with something. */
export function isModel(body: string): boolean {
  const value = jsonOf(body);
  return typeof value === 'object' && value !== null && 'id' in value;
}

/** What to say of a model that a server does not have. */
export function modelHint(model: string, names: readonly string[]): string {
  if (names.length === 0) return 'the server lists no models at all';
  const guess = didYouMean(model, names.slice(0, searchedNames).map(shown));
  if (guess?.startsWith('did you mean') === true) return guess;
  const first = names.slice(0, shownNames).map(shown).join(', ');
  const rest = names.length - shownNames;
  return `the server has ${first}${rest > 0 ? `, and ${rest.toLocaleString('en-US')} more` : ''}`;
}

/** A name from outside, safe for a terminal. */
function shown(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return plain.length > shownCharacters ? `${plain.slice(0, shownCharacters)}…` : plain;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
