import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { TokenstormError } from '@tokenstorm/core';
import { callColumns, callFigures } from '../calls/call.ts';
import type { Call, CallFigure } from '../calls/call.ts';

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The calls of a CSV file whose first line names the columns of a benchmark; others beside them are left out. Throws `E_FILE` that names the file and the line. */
export function readCalls(path: string): readonly Call[] {
  const [header, ...rows] = parsed(path, textOf(path));
  const names = header?.record.map((name) => name.trim()) ?? [];
  const missing = callColumns.filter((name) => !names.includes(name));
  if (missing.length > 0) throw wrong(path, 1, `there is no column ${missing.join(', ')}`);
  return rows.map(({ record, info }) =>
    callOf(path, info.lines, (name) => record[names.indexOf(name)] ?? ''),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenstormError('E_FILE', `cannot read ${path}: ${reason}`, { cause });
  }
}

function parsed(path: string, text: string): readonly Row[] {
  try {
    return parse(text, { bom: true, info: true, skip_empty_lines: true }) as unknown as readonly Row[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause['lines'] === 'number' ? cause['lines'] : 1;
    throw wrong(path, line, cause.message, cause);
  }
}

function callOf(path: string, line: number, cell: (name: string) => string): Call {
  const figures = callFigures.map((name) => [name, figureOf(path, line, name, cell(name))] as const);
  const status = cell('status').trim();
  if (status === '') throw wrong(path, line, 'status is empty');
  return {
    timestamp: cell('timestamp'),
    ...(Object.fromEntries(figures) as Record<CallFigure, number | null>),
    status,
    error_message: cell('error_message') === '' ? null : cell('error_message'),
  };
}

function figureOf(path: string, line: number, name: CallFigure, text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'None') return null;
  const value = Number(trimmed);
  if (!Number.isFinite(value)) throw wrong(path, line, `${name} is no number: ${trimmed.slice(0, 40)}`);
  return value;
}

function wrong(path: string, line: number, what: string, cause?: unknown): TokenstormError {
  return new TokenstormError('E_FILE', `${path}:${line}: ${what}`, {
    hint: `--merge takes the CSV files of benchmarks, whose columns are ${callColumns.join(', ')}`,
    ...(cause !== undefined && { cause }),
  });
}
