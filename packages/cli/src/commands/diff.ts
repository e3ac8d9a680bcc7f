import { resolve } from 'node:path';
import { TokenstormError, exitCodes } from '@tokenstorm/core';
import { compareSides } from '../diff/compare-sides.ts';
import { diffMarkdown } from '../diff/diff-markdown.ts';
import type { DiffResult } from '../diff/diff-result.ts';
import { diffText } from '../diff/diff-text.ts';
import type { DiffOptions } from '../flags/diff-options.ts';
import { cannotWrite, reasonOf } from '../run/export-file.ts';
import { makeFolder } from '../run/make-folder.ts';
import { readSide } from '../run/read-side.ts';
import { writeWholeFile } from '../run/whole-file.ts';
import { layoutOf } from '../run/write-report.ts';
import { printMessage } from '../run/print-text.ts';

/** `tokenstorm diff`: how the runs of one side differ from those of another. Returns 99 where a limit is broken, 5 where a side is invalid. */
export async function diffCommand(options: DiffOptions): Promise<number> {
  const base = await readSide(options.base, process.env, options.redisUrl);
  const next = await readSide(options.next, process.env, options.redisUrl);
  const result = compareSides(base, next, options);
  process.stdout.write(textOf(result, options.show, options));
  const allWritten = await writeFiles(result, options);
  if (!allWritten) return exitCodes.internal;
  if (result.verdict === 'invalid') return exitCodes.invalidMeasurement;
  return result.verdict === 'failed' ? exitCodes.thresholdFailed : exitCodes.passed;
}

function textOf(result: DiffResult, show: DiffOptions['show'], { color }: DiffOptions): string {
  if (show === 'json') return `${JSON.stringify(result, null, 2)}\n`;
  return show === 'markdown' ? diffMarkdown(result) : diffText(result, layoutOf(process.stdout, color));
}

/** Whether every file could be written; stderr says what became of each. */
async function writeFiles(result: DiffResult, options: DiffOptions): Promise<boolean> {
  let allWritten = true;
  for (const { format, path } of options.exports) {
    try {
      await writeFile(resolve(path), textOf(result, format, options));
      process.stderr.write(`Comparison written to ${resolve(path)}\n`);
    } catch (error) {
      if (!(error instanceof TokenstormError)) throw error;
      printMessage(`error: ${error.message}\n`);
      allWritten = false;
    }
  }
  return allWritten;
}

async function writeFile(path: string, content: string): Promise<void> {
  try {
    await makeFolder(resolve(path, '..'));
    await writeWholeFile(path, content, { mayReplace: true });
  } catch (cause) {
    throw cannotWrite(`cannot write the comparison to ${path}: ${reasonOf(cause)}`, cause);
  }
}
