import { dirname } from 'node:path';
import { cannotWrite, reasonOf } from './export-file.ts';
import type { ExportFile } from './export-file.ts';
import { makeFolder } from './make-folder.ts';
import { printMessage } from './print-text.ts';
import { writeWholeFile } from './whole-file.ts';

/** How a result is spoken of. */
export interface ResultWords {
  /** `Comparison` is written to a file. */
  readonly what: string;
  /** The beginning of the error where it cannot be, up to the path. */
  readonly problem: string;
  /** What to do then; default: as for every export. */
  readonly hint?: string;
}

/** Of `compare` and `diff`. */
export const comparisonWords: ResultWords = {
  what: 'Comparison',
  problem: 'cannot write the comparison to',
};

/** Writes a result that is no report, says on stderr what became of it, and resolves to whether it is written. */
export async function writeResult(
  content: string,
  { path, mayReplace }: Pick<ExportFile, 'path' | 'mayReplace'>,
  { what, problem, hint }: ResultWords,
): Promise<boolean> {
  try {
    await makeFolder(dirname(path));
    const replaced = await writeWholeFile(path, content, { mayReplace });
    process.stderr.write(`${what} written to ${path}${replacedNote(replaced)}\n`);
    return true;
  } catch (cause) {
    const error = cannotWrite(`${problem} ${path}: ${reasonOf(cause)}`, cause);
    printMessage(`error: ${error.message}\n  hint: ${hint ?? error.hint}\n`);
    return false;
  }
}

/** What is added to the word of a file that has been written. */
export function replacedNote(replaced: boolean): string {
  return replaced ? ' (replaced the one that was there)' : '';
}
