import { TokenstormError } from '@tokenstorm/core';
import { systemClock } from '@tokenstorm/transport';
import { callsCsv } from '../calls/calls-csv.ts';
import { metricsPath } from '../calls/metrics-path.ts';
import { checkExports } from '../run/export-file.ts';
import type { ExportFile } from '../run/export-file.ts';
import { newRunId } from '../run/run-id.ts';
import { writeResult } from '../run/write-result.ts';
import { resultsJson } from './results.ts';
import type { BenchmarkResults } from './results.ts';

/** Where the results go: `{opening}_performance_metrics.json` and `.csv`. */
export interface ResultFiles {
  readonly json: ExportFile;
  readonly csv: ExportFile;
}

/** The two files, which can be written now; the folder is made. Rejects with `E_FILE` where not, or where one of them is an input. */
export async function checkResultFiles(
  folder: string,
  opening: string,
  manner: { readonly inputs?: readonly string[]; readonly clobber?: boolean | undefined },
): Promise<ResultFiles> {
  const targets = (['json', 'csv'] as const).map((format) => ({
    format,
    path: metricsPath(folder, opening, format),
  }));
  const named = { id: newRunId(systemClock.epochMs()), name: 'benchmark' };
  const [json, csv] = await checkExports(targets, named, manner).catch(rejectWithHint);
  return { json: json!, csv: csv! };
}

const hint = '--output-dir names another folder';

function rejectWithHint(cause: unknown): never {
  if (!(cause instanceof TokenstormError)) throw cause;
  throw new TokenstormError('E_FILE', cause.message, { hint, cause });
}

/** Writes both, says on stderr what became of each, and whether both are written. */
export async function writeResults(results: BenchmarkResults, files: ResultFiles): Promise<boolean> {
  const words = { problem: 'cannot write to', hint };
  const isJsonWritten = await writeResult(resultsJson(results), files.json, { what: 'Metrics', ...words });
  const csv = callsCsv(results.calls);
  return (await writeResult(csv, files.csv, { what: 'Calls', ...words })) && isJsonWritten;
}
