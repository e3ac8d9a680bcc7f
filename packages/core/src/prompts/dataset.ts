import { parse as parseCsv } from 'csv-parse/sync';
import type { Dataset, DatasetRow } from '../scenario/scenario.ts';
import { answerLength, datasetRowOf } from './dataset-row.ts';

/** Formats of data sets. */
export const datasetFormats = ['jsonl', 'json', 'csv'] as const;

export type DatasetFormat = (typeof datasetFormats)[number];

/** A data set read from a file's text, or the first thing that is wrong with it (with its line). */
export type DatasetResult = { readonly dataset: Dataset } | { readonly problem: string };

const formatOfExtension: Readonly<Record<string, DatasetFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
};

/** The format that a file's extension says: `.jsonl` and `.ndjson`, `.json`, `.csv`; `undefined` for any other. */
export function datasetFormat(path: string): DatasetFormat | undefined {
  const extension = /\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? '';
  return Object.hasOwn(formatOfExtension, extension) ? formatOfExtension[extension] : undefined;
}

const readers: Readonly<Record<DatasetFormat, (text: string) => readonly DatasetRow[]>> = {
  jsonl: jsonlRows,
  json: jsonRows,
  csv: csvRows,
};

/**
 * Reads a data set. `path` stands in the result and in messages as it is; the id is the text's `hash` and the format. JSONL: each line is an
 * object or a string, as `datasetRowOf` reads them; JSON: a list of the same. CSV: RFC 4180, the first line names the
 * columns. Empty lines, and conversations in which no human says anything, are skipped.
 */
export function parseDataset(
  file: { readonly path: string; readonly text: string; readonly format: DatasetFormat },
  hash: (text: string) => string,
): DatasetResult {
  try {
    const rows = readers[file.format](file.text.replace(/^\uFEFF/, ''));
    if (rows.length === 0) return { problem: `${file.path} has no rows` };
    return { dataset: { id: `${hash(file.text)}.${file.format}`, path: file.path, rows } };
  } catch (error) {
    return { problem: `${file.path}: ${error instanceof Error ? error.message : 'cannot be read'}` };
  }
}

function csvRows(text: string): readonly DatasetRow[] {
  const rows: Record<string, string>[] = parseCsv(text, { columns: uniqueColumns, skip_empty_lines: true });
  return rows.map((columns) => ({ columns, ...answerLength(columns['output_tokens']) }));
}

function uniqueColumns(names: readonly string[]): string[] {
  const trimmed = names.map((name) => name.trim());
  const twice = trimmed.find((name, index) => trimmed.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`line 1: two columns are called \`${twice}\``);
  return trimmed;
}

function jsonlRows(text: string): readonly DatasetRow[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `line ${index + 1}`;
    return datasetRowOf(jsonOf(line, `${place}: not JSON`), place) ?? [];
  });
}

function jsonRows(text: string): readonly DatasetRow[] {
  const rows = jsonOf(text, 'not JSON: a file with one JSON object per line is called .jsonl');
  if (!Array.isArray(rows)) throw new Error('must be a list of rows');
  return rows.flatMap((row: unknown, index) => datasetRowOf(row, `row ${index + 1}`) ?? []);
}

function jsonOf(text: string, problem: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(problem, { cause: error });
  }
}
