import { exitCodes } from '@tokenstorm/core';
import type { BenchmarkMerge } from '../flags/read-benchmark-options.ts';
import { usageError } from '../flags/usage-error.ts';
import { printText } from '../run/print-text.ts';
import { layoutOf } from '../run/write-report.ts';
import { readCalls } from './read-calls.ts';
import { checkResultFiles, writeResults } from './result-files.ts';
import { resultsJson, resultsOf } from './results.ts';
import { resultsText } from './results-text.ts';

/** Puts the calls of several CSV files together, prints their statistics and writes both files. Returns the exit code. */
export async function mergeBenchmarks({
  files,
  folder,
  json,
  color,
  clobber,
}: BenchmarkMerge): Promise<number> {
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice !== undefined) throw usageError([`--merge: ${twice} is given twice`]);
  const calls = files.flatMap(readCalls);
  const outputs = await checkResultFiles(folder, 'merged', { inputs: files, clobber });
  const nothing = {
    provider: null,
    model: null,
    run: null,
    instances: null,
    validity: null,
    verdict: null,
    cost: null,
  };
  const results = resultsOf(calls, { ...nothing, merged_from: files }, new Date());
  if (json) process.stdout.write(resultsJson(results));
  else printText(resultsText(results, undefined, layoutOf(process.stdout, color)));
  return (await writeResults(results, outputs)) ? exitCodes.passed : exitCodes.internal;
}
