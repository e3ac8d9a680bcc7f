import type { z } from 'zod';
import type { ScenarioPath } from './problem.ts';
import { knownKeys } from './schema-keys.ts';
import { didYouMean, suggestion } from './suggestion.ts';

/** A problem before its place is known. */
export interface Finding {
  readonly path: ScenarioPath;
  readonly message: string;
  readonly hint?: string;
  /** Whether the key or the value is wrong. */
  readonly mark: 'key' | 'value';
}

/** What a schema says about the value at `path`. */
export function findingsOf(schema: z.ZodType, value: unknown, path: ScenarioPath): readonly Finding[] {
  const result = schema.safeParse(value, { error: describeIssue, reportInput: true });
  if (result.success) return [];
  const knownAt = (at: ScenarioPath): readonly string[] => knownKeys(schema, at.slice(path.length));
  return result.error.issues.flatMap((issue) => findings(issue, path, knownAt));
}

type KeysAt = (path: ScenarioPath) => readonly string[];

type Issue = z.core.$ZodIssue;

function findings(issue: Issue, base: ScenarioPath, keysAt: KeysAt): readonly Finding[] {
  const path: ScenarioPath = [...base, ...issue.path.map(pathStep)];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, keysAt));
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.find((issues) => !issues.some((inner) => isOfOtherType(inner)));
    if (branch !== undefined && branch.length > 0)
      return branch.flatMap((inner) => findings(inner, path, keysAt));
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? 'is not a possible key';
    return [{ path, message: `\`${String(path.at(-1))}\` ${message}`, mark: 'key' }];
  }
  const hint = issue.code === 'invalid_value' ? enumHint(issue) : undefined;
  const message = `${pathLabel(path)} ${issue.message}`;
  return [{ path, message, mark: 'value', ...(hint === undefined ? {} : { hint }) }];
}

/** True where a union's branch is not the one that was meant: the value as a whole has another type. */
function isOfOtherType(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return true;
  return issue.code === 'invalid_type' || (issue.code === 'invalid_value' && typeof issue.input !== 'string');
}

function unknownKey(key: string, parent: ScenarioPath, keysAt: KeysAt): Finding {
  const hint = didYouMean(key, keysAt(parent));
  const path = [...parent, key];
  return { path, message: `unknown key \`${key}\``, mark: 'key', ...(hint === undefined ? {} : { hint }) };
}

function enumHint(issue: z.core.$ZodIssueInvalidValue): string | undefined {
  if (typeof issue.input !== 'string') return undefined;
  const meant = suggestion(issue.input, issue.values.map(String));
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}

/** The last key of a path with the indexes after it: `models[1]`. */
function pathLabel(path: ScenarioPath): string {
  const lastKey = path.findLastIndex((step) => typeof step === 'string');
  if (lastKey === -1) return 'the scenario';
  const indexes = path.slice(lastKey + 1).map((index) => `[${index}]`);
  return `\`${path[lastKey]}${indexes.join('')}\``;
}

function pathStep(step: PropertyKey): string | number {
  return typeof step === 'symbol' ? String(step) : step;
}

/** Words for an issue of zod, to follow the name of the value: `must be …`, `is missing`. */
function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'invalid_value':
      return `must be ${alternatives(issue.values.map(String))}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`
        : 'must not be empty';
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at most ${issue.maximum}`
        : `must not be longer than ${issue.maximum}`;
    default:
      return 'is not valid';
  }
}

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function wrongType(expected: string, input: unknown): string {
  if (input === undefined) return 'is missing';
  const wanted = typeNames[expected] ?? expected;
  if (input === null) return `is empty: it must be ${wanted}`;
  const got = expected === 'int' && typeof input === 'number' ? 'a fraction' : typeName(input);
  return `must be ${wanted}, not ${got}`;
}

function typeName(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  return typeNames[typeof input] ?? typeof input;
}
