/** A pair cut at its first separator, both sides trimmed; undefined without a separator or without a key. */
export function splitPair(text: string, separator: ':' | '='): readonly [string, string] | undefined {
  const index = text.indexOf(separator);
  if (index < 1) return undefined;
  const key = text.slice(0, index).trim();
  return key === '' ? undefined : [key, text.slice(index + 1).trim()];
}

/** A text read as JSON where it is JSON (`true`, `5`, `[1]`), else as itself. */
export function readScalar(text: string): unknown {
  const value = readJson(text);
  return value === undefined ? text : value;
}

/** The JSON object that a text holds; undefined for other JSON and for what is not JSON. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = readJson(text);
  return isPlainObject(value) ? value : undefined;
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the callers say what that means.
  }
}
