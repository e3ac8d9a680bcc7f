import { parse as parseCsv } from 'csv-parse/sync';
import type { ChatMessage, Dataset, DatasetRow } from '../scenario/scenario.ts';

/** Formats of data sets. */
export type DatasetFormat = 'jsonl' | 'csv';

/** A data set read from a file's text, or the first thing that is wrong with it (with its line). */
export type DatasetResult = { readonly dataset: Dataset } | { readonly problem: string };

/** The format that a file's extension says: `.jsonl` and `.ndjson`, `.csv`; `undefined` for any other. */
export function datasetFormat(path: string): DatasetFormat | undefined {
  const extension = /\.[^./\\]+$/.exec(path)?.[0].toLowerCase();
  if (extension === '.jsonl' || extension === '.ndjson') return 'jsonl';
  return extension === '.csv' ? 'csv' : undefined;
}

/**
 * Reads a data set. `path` stands in the result and in messages as it is; `hash` gives the id. JSONL: each line is an
 * object (numbers, booleans and nested values become their JSON text, `null` is no value; `messages` is a chat), or a
 * string, which is the column `prompt`. CSV: RFC 4180, the first line names the columns. Empty lines are skipped.
 */
export function parseDataset(
  file: { readonly path: string; readonly text: string; readonly format: DatasetFormat },
  hash: (text: string) => string,
): DatasetResult {
  const text = file.text.replace(/^\uFEFF/, '');
  try {
    const rows = file.format === 'csv' ? csvRows(text) : jsonlRows(text);
    if (rows.length === 0) return { problem: `${file.path} has no rows` };
    return { dataset: { id: hash(file.text), path: file.path, rows } };
  } catch (error) {
    return { problem: `${file.path}: ${error instanceof Error ? error.message : 'cannot be read'}` };
  }
}

function csvRows(text: string): readonly DatasetRow[] {
  const rows: Record<string, string>[] = parseCsv(text, { columns: uniqueColumns, skip_empty_lines: true });
  return rows.map((columns) => ({ columns }));
}

function uniqueColumns(names: readonly string[]): string[] {
  const trimmed = names.map((name) => name.trim());
  const twice = trimmed.find((name, index) => trimmed.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`line 1: two columns are called \`${twice}\``);
  return trimmed;
}

function jsonlRows(text: string): readonly DatasetRow[] {
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [jsonRow(line, index + 1)]));
}

function jsonRow(line: string, lineNumber: number): DatasetRow {
  const value = jsonOf(line, lineNumber);
  if (typeof value === 'string') return { columns: { prompt: value } };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`line ${lineNumber}: must be an object or a string`);
  }
  const { messages, ...others }: Readonly<Record<string, unknown>> = { ...value };
  const columns = Object.fromEntries(
    Object.entries(others).flatMap(([name, cell]) => (cell === null ? [] : [[name, cellText(cell)]])),
  );
  if (messages === undefined) return { columns };
  if (isChat(messages))
    return { columns, messages: messages.map(({ role, content }) => ({ role, content })) };
  throw new Error(
    `line ${lineNumber}: \`messages\` must be a list of { role: system | user | assistant, content: text }`,
  );
}

function jsonOf(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`line ${lineNumber}: not JSON`, { cause: error });
  }
}

function cellText(cell: unknown): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function isChat(value: unknown): value is readonly ChatMessage[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

function isMessage(value: unknown): value is ChatMessage {
  if (typeof value !== 'object' || value === null || !('role' in value) || !('content' in value))
    return false;
  const { role, content } = value;
  return typeof content === 'string' && (role === 'system' || role === 'user' || role === 'assistant');
}
