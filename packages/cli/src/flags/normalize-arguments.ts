import type { Flag } from './flag.ts';

/**
 * Command-line arguments with every alias replaced by the flag's own name (`--rate 20` and `-q20` become
 * `--request-rate 20`), and each further value of a flag that takes several given its name again. A flag's value is
 * never looked at, so a prompt may read `--rate`. What is unknown, and all after `--`, stays as it is.
 */
export function normalizeArguments(argv: readonly string[], flags: readonly Flag[]): string[] {
  const names = flagsByName(flags);
  const normalized: string[] = [];
  let index = 0;
  while (index < argv.length) {
    const rest = argv.slice(index);
    if (rest[0] === '--') return [...normalized, ...rest];
    const taken = takeFlag(rest, names);
    normalized.push(...taken.normalized);
    index += taken.length;
  }
  return normalized;
}

/** What the first argument and its values become, and how many arguments that used up. */
interface Taken {
  readonly normalized: readonly string[];
  readonly length: number;
}

function flagsByName(flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  return new Map(
    flags.flatMap((flag) =>
      [flag.name, ...(flag.short === undefined ? [] : [flag.short]), ...(flag.aliases ?? [])].map(
        (name) => [name, flag] as const,
      ),
    ),
  );
}

function takeFlag(rest: readonly string[], names: ReadonlyMap<string, Flag>): Taken {
  const argument = rest[0] ?? '';
  const { name, attached } = splitAttached(argument);
  const flag = names.get(name);
  if (flag === undefined) return { normalized: [argument], length: 1 };
  if (flag.value === undefined) return { normalized: [flag.name + argument.slice(name.length)], length: 1 };
  if (
    attached === undefined &&
    flag.valueIf !== undefined &&
    !(rest.length > 1 && flag.valueIf.test(rest[1]!))
  )
    return { normalized: [flag.name, ''], length: 1 };
  if (attached === undefined && rest.length < 2) return { normalized: [flag.name], length: 1 };
  const first = attached ?? rest[1] ?? '';
  const used = attached === undefined ? 2 : 1;
  const more = moreValues(flag, rest.slice(used));
  return {
    normalized: [first, ...more].flatMap((value) => [flag.name, value]),
    length: used + more.length,
  };
}

/** `--rate=20`, `-q20` and `-q=20` carry their value with them. */
function splitAttached(argument: string): { name: string; attached?: string } {
  if (argument.startsWith('--')) {
    const equals = argument.indexOf('=');
    if (equals === -1) return { name: argument };
    return { name: argument.slice(0, equals), attached: argument.slice(equals + 1) };
  }
  if (!/^-[A-Za-z]/.test(argument)) return { name: '' };
  if (argument.length === 2) return { name: argument };
  return { name: argument.slice(0, 2), attached: argument.slice(2).replace(/^=/, '') };
}

function moreValues(flag: Flag, following: readonly string[]): readonly string[] {
  const { moreValues: pattern } = flag;
  if (pattern === undefined) return [];
  const end = following.findIndex((argument) => !pattern.test(argument));
  return end === -1 ? following : following.slice(0, end);
}
