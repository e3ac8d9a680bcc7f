import { suggestion } from '@tokenstorm/core';
import { flagKey } from './flag.ts';
import type { Flag } from './flag.ts';
import { usageError } from './usage-error.ts';

/**
 * The values that commander parsed, read by the flag's name. What cannot be read is collected as a problem and read
 * as absent, so that one error can name all of them (`assertValid`).
 */
export class FlagValues {
  readonly #parsed: Readonly<Record<string, unknown>>;
  readonly #problems: string[] = [];

  constructor(parsed: Readonly<Record<string, unknown>>) {
    this.#parsed = parsed;
  }

  /** A switch as given; undefined where neither it nor its `--no-` form was. */
  switchValue(name: Flag['name']): boolean | undefined {
    const value = this.#parsed[flagKey(name)];
    return typeof value === 'boolean' ? value : undefined;
  }

  isGiven(name: Flag['name']): boolean {
    return this.#parsed[flagKey(name)] !== undefined;
  }

  /** Every value of a flag in the order given; empty without one. */
  all(name: Flag['name']): readonly string[] {
    const value = this.#parsed[flagKey(name)];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** The value of a flag that may be given once. */
  text(name: Flag['name']): string | undefined {
    const values = this.all(name);
    if (values.length > 1) this.problem(`${name} is given ${values.length} times, with its aliases counted`);
    return values.at(-1);
  }

  /** A finite number within the limits, both included. */
  number(name: Flag['name'], limits: NumberLimits): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value) && isWithin(value, limits)) return value;
    return this.problem(`${name} ${text}: expected ${describeLimits(limits)}`);
  }

  /** One of a few words. */
  oneOf<Choice extends string>(name: Flag['name'], choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === text);
    const meant = choice === undefined ? suggestion(text, choices) : undefined;
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
    return choice ?? this.problem(`${name} ${text}: expected ${alternatives(choices)}${hint}`);
  }

  problem(text: string): undefined {
    this.#problems.push(text);
    return undefined;
  }

  /** Throws `E_USAGE` with every problem met so far. */
  assertValid(): void {
    if (this.#problems.length > 0) throw usageError(this.#problems);
  }
}

export interface NumberLimits {
  readonly min?: number;
  /** The value must be larger than this. */
  readonly above?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

function isWithin(value: number, limits: NumberLimits): boolean {
  return (
    value >= (limits.min ?? -Infinity) &&
    value > (limits.above ?? -Infinity) &&
    value <= (limits.max ?? Infinity) &&
    (limits.integer !== true || Number.isSafeInteger(value))
  );
}

function alternatives(choices: readonly string[]): string {
  if (choices.length <= 3) return choices.join(' or ');
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

function describeLimits(limits: NumberLimits): string {
  const kind = limits.integer === true ? 'a whole number' : 'a number';
  const bounds = [
    ...(limits.min === undefined ? [] : [`of at least ${limits.min}`]),
    ...(limits.above === undefined ? [] : [`above ${limits.above}`]),
    ...(limits.max === undefined ? [] : [`of at most ${limits.max}`]),
  ];
  return [kind, bounds.join(' and ')].join(' ').trim();
}
