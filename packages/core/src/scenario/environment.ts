import { TokenstormError } from '../errors.ts';

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const reference = /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * The text with each `${NAME}` replaced by the variable's value; `$${NAME}` stands for a literal `${NAME}`. Throws
 * `E_USAGE`, naming the variables but no value, where one is unset or empty.
 */
export function resolveReferences(text: string, environment: Environment): string {
  const missing = missingNames(text, environment);
  if (missing.length > 0) throw new TokenstormError('E_USAGE', missingMessage(missing));
  return text.replaceAll(reference, (whole, escape: string, name: string) =>
    escape === '' ? (valueOf(environment, name) ?? '') : whole.slice(1),
  );
}

/** The variables that a text refers to, each once. */
export function referencedNames(text: string): readonly string[] {
  const names = new Set<string>();
  for (const [, escape, name] of text.matchAll(reference)) {
    if (escape === '' && name !== undefined) names.add(name);
  }
  return [...names];
}

/** The variables that a text refers to and that are unset or empty, each once. */
export function missingNames(text: string, environment: Environment): readonly string[] {
  return referencedNames(text).filter((name) => !valueOf(environment, name));
}

function valueOf(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

/** True for a text that is one reference and nothing else. */
export function isSingleReference(text: string): boolean {
  return /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(text);
}

/** What to say of variables that are not set. */
export function missingMessage(names: readonly string[]): string {
  const list = names.map((name) => `\`${name}\``).join(', ');
  return names.length === 1
    ? `the environment variable ${list} is not set`
    : `the environment variables ${list} are not set`;
}
