import { TokenstormError } from '../errors.ts';

/** Steps from the root of a scenario to a value: keys and list indexes. */
export type ScenarioPath = readonly (string | number)[];

/** One thing that is wrong with a scenario. */
export interface ScenarioProblem {
  readonly path: ScenarioPath;
  /** Where it was written; absent where nothing was written (no file and no flag has to do with it). */
  readonly place?: ProblemPlace;
  /** What is wrong, without secrets. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A position in the scenario file, or the flag that set the value. */
export type ProblemPlace = FilePlace | { readonly flag: string };

export interface FilePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The source line, keys masked, cut where it is very long. */
  readonly excerpt: string;
  /** Offset in the excerpt of what is marked, and its length (at least 1). */
  readonly markStart: number;
  readonly markLength: number;
}

/** Thrown for a scenario that cannot be run: every problem at once, in the message and as data. */
export class ScenarioError extends TokenstormError {
  readonly problems: readonly ScenarioProblem[];

  /** `what` is the kind of file: a scenario, or one that is read like it. */
  constructor(problems: readonly ScenarioProblem[], what = 'scenario') {
    const sorted = problems.toSorted((a, b) => lineOf(a) - lineOf(b) || columnOf(a) - columnOf(b));
    super('E_SCENARIO_INVALID', formatProblems(sorted, what));
    this.problems = sorted;
  }
}

function formatProblems(problems: readonly ScenarioProblem[], what: string): string {
  const title = problems.length === 1 ? `${what}: 1 problem` : `${what}: ${problems.length} problems`;
  return [title, ...problems.map(formatProblem)].join('\n\n');
}

function formatProblem({ place, message, hint }: ScenarioProblem): string {
  const lines: string[] = [];
  if (place === undefined) lines.push(message);
  else if ('flag' in place) lines.push(`${place.flag}: ${message}`);
  else lines.push(`${place.file}:${place.line}:${place.column}: ${message}`, ...formatExcerpt(place));
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}

function formatExcerpt({ line, excerpt, markStart, markLength }: FilePlace): readonly string[] {
  const gutter = `  ${line} | `;
  // Tabs are kept, so that the mark stands below what it marks however wide a tab is.
  const before = excerpt.slice(0, markStart).replaceAll(/[^\t]/g, ' ');
  return [gutter + excerpt, `${' '.repeat(gutter.length - 2)}| ${before}${'^'.repeat(markLength)}`];
}

function lineOf({ place }: ScenarioProblem): number {
  return place !== undefined && 'line' in place ? place.line : 0;
}

function columnOf({ place }: ScenarioProblem): number {
  return place !== undefined && 'column' in place ? place.column : 0;
}
