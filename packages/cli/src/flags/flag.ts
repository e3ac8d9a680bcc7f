/** One flag of a command as the user may write it: the single source for parsing, aliases, help and refusals. */
export interface Flag {
  /** The name in help and error messages: `--request-rate`. */
  readonly name: `--${string}`;
  /** One letter that means the same: `-n`. */
  readonly short?: `-${string}`;
  /** Other tools' names for it, long or short; they appear only in the help of the flag's own line. */
  readonly aliases?: readonly `-${string}`[];
  /** What stands for the value in help; absent for a switch. */
  readonly value?: string;
  readonly description: string;
  /** Heading in help. Without one the flag is accepted but not listed. */
  readonly group?: string;
  /** May be given more than once; otherwise a second value is a usage error. */
  readonly repeatable?: boolean;
  /** Arguments right after the value that match this are further values of the same flag, as with Python's `nargs="+"`. */
  readonly moreValues?: RegExp;
  /** What follows is its value only where it matches this; otherwise the flag stands alone, and its value is empty. */
  readonly valueIf?: RegExp;
  /** Known, but what it needs is not built: it is refused. The text says what to use meanwhile; empty where there is nothing. */
  readonly notYet?: string;
}

/** The key under which commander stores a flag's value: `--request-rate` is `requestRate`, `--no-color` is `color`. */
export function flagKey(name: string): string {
  return name
    .replace(/^--(no-)?/, '')
    .replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
