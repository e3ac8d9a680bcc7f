import { resolve } from 'node:path';
import { exitCodes } from '@tokenstorm/core';
import { compareSides } from '../diff/compare-sides.ts';
import { diffMarkdown } from '../diff/diff-markdown.ts';
import type { DiffResult } from '../diff/diff-result.ts';
import { diffText } from '../diff/diff-text.ts';
import type { DiffOptions } from '../flags/diff-options.ts';
import { readSide } from '../run/read-side.ts';
import { layoutOf } from '../run/write-report.ts';
import { comparisonWords, writeResult } from '../run/write-result.ts';

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
    const file = { path: resolve(path), mayReplace: true };
    if (!(await writeResult(textOf(result, format, options), file, comparisonWords))) allWritten = false;
  }
  return allWritten;
}
